// The layers that the chapter compares, each as the paper's Table 1 means it: n words of width d go
// in, n of width d come out.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chapters/11_complexity/local_layers.hpp"

namespace transformer {

/// A layer of the table. It knows its weights, whose store must outlive it.
struct Layer {
  std::string name;
  std::function<Variable(Variable x, const Segments& sentences)> run;
  /// The products that it does for each word by itself, if there are any.
  std::function<void(Variable x)> projections = [](Variable) {};
};

/// The width of the convolution's kernel, k, and of the window of restricted attention, r.
inline constexpr Index n_taps = 3, reach = 2, window = 2 * reach + 1;

/// Queries, keys, values, attention, and the output matrix (chapters 03 and 04).
Layer self_attention_layer(ParameterStore& store, Index d, Index n_heads = 1);
/// The same in a window.
Layer restricted_layer(ParameterStore& store, Index d, Index n_heads = 1);
/// The plain cell of chapter 09, and the LSTM: step by step, made of operations of the tape.
Layer recurrent_layer(ParameterStore& store, Index d);
Layer lstm_layer(ParameterStore& store, Index d);
/// The same as one fast operation.
Layer fast_recurrent_layer(ParameterStore& store, Index d);
Layer fast_lstm_layer(ParameterStore& store, Index d);
Layer convolution_layer(ParameterStore& store, Index d, const Taps& taps = {.n = n_taps});

/// The four rows of the table: self-attention, recurrent, convolution, restricted.
std::vector<Layer> table_1_layers(ParameterStore& store, Index d);

}  // namespace transformer
