// What the chapter's program shows: of steps.cpp single steps, of gradients.cpp and
// long_products.cpp how gradients flow back through them, of shapes.cpp and memory.cpp what
// recurrent networks learn; diagrams.cpp draws them.
#pragma once

#include <string>

#include "src/book/scenes.hpp"

namespace transformer {

/// One cell, drawn at each step of a sentence; and what each of the five shapes reads and says.
std::string unrolled_figure();
std::string five_shapes_figure();

/// A plain cell reads a sentence, with every number; figure unrolled.
void show_rnn_by_hand(const SceneRequest&);
/// The gates of an LSTM that keeps a number, and one that replaces it.
void show_lstm_by_hand(const SceneRequest&);
/// A packed batch in time order.
void show_time_order(const SceneRequest&);
/// The context vector of a bidirectional encoder, and which words reach which half.
void show_context(const SceneRequest&);

/// The gradient of the recurrent weight: by the derivation, by numeric differences, and as PyTorch
/// has it.
void show_receipts(const SceneRequest&);
/// The gradient of the last step by what was read k steps before; figure gradient_by_distance.
void show_gradient_by_distance(const SceneRequest&);
/// What a forget gate at rest keeps over many steps.
void show_forget_gate(const SceneRequest&);
/// Backpropagation that is cut every few steps.
void show_truncation(const SceneRequest&);
/// A gradient that explodes, and a step with and without clipping.
void show_clipping(const SceneRequest&);

/// The five shapes of a recurrent network, each learned; figure five_shapes.
void show_shapes(const SceneRequest&);
/// A letter that is asked for after ever more others.
void show_recall(const SceneRequest&);
/// A source that is read forwards, backwards and both ways.
void show_reversed_source(const SceneRequest&);
/// Words of up to ten letters learned, and up to forty asked; figures by_length and by_place.
void show_early_words(const SceneRequest&);

}  // namespace transformer
