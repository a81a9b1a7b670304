// A translator of short sentences that is trained while a reader waits a few seconds.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// A small model, trained on the short pairs of the toy corpus with progress on standard error: how
/// well it translates held-out ones; figure alignment.
void show_short_sentences(const SceneRequest&);

/// A sentence translated word by word, with the three most likely words of each step.
void show_greedy(const SceneRequest&);

}  // namespace transformer
