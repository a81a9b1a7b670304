// Two tasks that need no data: to copy a word, and to write it backwards.
#pragma once

#include <cstdint>
#include <filesystem>

#include "src/text/packed_batch.hpp"

namespace transformer {

enum class Task { copying, reversing };

/// Letters of the tasks' words, and with the special tokens the size of the vocabulary.
inline constexpr Index n_task_letters = 12;
inline constexpr Index n_task_vocabulary = n_task_letters + 3;

/// Random words of 3 to 6 letters and what the task makes of them; the same for the same number.
TranslationBatch random_words(Task task, Index n_pairs, std::uint32_t number);

/// Trains a small model on each task, and one without warm-up, with progress on standard error;
/// prints how the loss falls and how many new words come out right, and draws learning_curves.svg.
void show_tasks(const std::filesystem::path& figures);

}  // namespace transformer
