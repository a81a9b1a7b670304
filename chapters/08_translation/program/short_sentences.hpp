// A translator of short sentences that is trained while a reader waits a few seconds.
#pragma once

#include "src/book/scenes.hpp"
#include "src/data/parallel_corpus.hpp"

namespace transformer {

/// The pairs with at most `most_words` words on the source side.
ParallelText short_pairs(const ParallelText& text, Index most_words);
/// The toy's held-out pairs.
ParallelText held_out_text();

/// A small model, trained on the short pairs of the toy corpus with progress on standard error: how
/// well it translates held-out ones; figure alignment.
void show_short_sentences(const SceneRequest&);

/// What it makes of one sentence while it learns.
void show_learning_to_speak(const SceneRequest&);

/// A sentence translated word by word, with the three most likely words of each step; figure
/// one_sentence.
void show_greedy(const SceneRequest&);

}  // namespace transformer
