// What the chapter's program shows of the translator of short sentences (short_translator.hpp), and
// of several of them (together.cpp).
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// A small model, trained on the short pairs of the toy corpus with progress on standard error: how
/// well it translates held-out ones; figure alignment.
void show_short_sentences(const SceneRequest&);

/// What it makes of one sentence while it learns.
void show_learning_to_speak(const SceneRequest&);

/// A sentence translated word by word, with the three most likely words of each step; figure
/// one_sentence.
void show_greedy(const SceneRequest&);

/// Several, trained with different seeds, apart and together; and a sentence that they write
/// together, token by token.
void show_together(const SceneRequest&);

}  // namespace transformer
