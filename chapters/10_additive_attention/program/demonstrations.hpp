// What the chapter's program shows: of looks.cpp single looks and their gradients, of cell.cpp the
// recurrent unit, of writing.cpp what translators of words learn, of races.cpp the races.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// One query and three keys, with every number.
void show_by_hand(const SceneRequest&);
/// The gradients of a look: by the derivation, by numeric differences, and as PyTorch has them.
void show_receipts(const SceneRequest&);
/// Large scores in a softmax with and without its maximum taken away.
void show_overflow(const SceneRequest&);

/// A step of Bahdanau's cell, and of nn.GRU with the same weights.
void show_gru(const SceneRequest&);

/// Words written backwards: from a context vector, from the mean of all states, and from mixtures
/// that are learned.
void show_combinations(const SceneRequest&);
/// Where the decoder looks meanwhile; figure alignment.
void show_reversal(const SceneRequest&);
/// The first gradients of a score whose vector v begins with zeros.
void show_first_steps(const SceneRequest&);

/// Five models with as many parameters learn the toy corpus; figures race_updates, race_seconds and
/// race_by_length.
void show_race(const SceneRequest&);
/// The same five learn a reader's text for some minutes each; figure race_on_text.
void show_race_on_text(const SceneRequest&);

}  // namespace transformer
