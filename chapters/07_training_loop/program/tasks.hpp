// Two tasks that need no data: to copy a word, and to write it backwards.
#pragma once

#include <cstdint>

#include "chapters/06_decoder/translation_batch.hpp"
#include "src/book/scenes.hpp"

namespace transformer {

enum class Task { copying, reversing };

/// Letters of the tasks' words, and with the special tokens the size of the vocabulary.
inline constexpr Index n_task_letters = 12;
inline constexpr Index n_task_vocabulary = n_task_letters + 3;

/// Random words of 3 to 6 letters and what the task makes of them; the same for the same number.
TranslationBatch random_words(Task task, Index n_pairs, std::uint32_t number);

/// Trains a small model on each task, and one without warm-up, with progress on standard error: how
/// the loss falls; figure learning_curves.
void show_learning(const SceneRequest&);
/// How many new words these models get right.
void show_learned(const SceneRequest&);

}  // namespace transformer
