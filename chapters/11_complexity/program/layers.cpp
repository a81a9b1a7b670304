#include "chapters/11_complexity/program/layers.hpp"

#include <memory>

#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "chapters/09_recurrent_networks/recurrence.hpp"
#include "src/autograd/operations.hpp"

namespace transformer {
namespace {

std::function<void(Variable)> projections_of(const SelfAttention& attention) {
  return [=](Variable x) { attention.merge(x), attention.project(x); };
}

}  // namespace

Layer self_attention_layer(ParameterStore& store, Index d, Index n_heads) {
  const SelfAttention attention(store, "self_attention", d, n_heads);
  return {
      "self-attention",
      [=](Variable x, const Segments& sentences) { return attention(x, sentences, Mask::none); },
      projections_of(attention)};
}

//! [restricted]
Layer restricted_layer(ParameterStore& store, Index d, Index n_heads) {
  const SelfAttention attention(store, "restricted", d, n_heads);
  return {"restricted, r = 5",
          [=](Variable x, const Segments& sentences) {
            const auto [q, k, v] = split_columns<3>(attention.project(x));
            return attention.merge(restricted_attention(q, k, v, sentences, reach, n_heads));
          },
          projections_of(attention)};
}
//! [restricted]

Layer recurrent_layer(ParameterStore& store, Index d) {
  const RecurrentWeights w(store, "recurrent", CellKind::rnn, d, d);
  return {"recurrent",
          [=](Variable x, const Segments& sentences) {
            const TimeSteps steps(x.tape(), sentences);
            return rnn_step_by_step(x, w, zero_state(x.tape(), steps.n_sentences(), d), steps);
          },
          [=](Variable x) { linear(x, w.w_x); }};
}

Layer lstm_layer(ParameterStore& store, Index d) {
  const RecurrentWeights w(store, "lstm", CellKind::lstm, d, d);
  return {"LSTM",
          [=](Variable x, const Segments& sentences) {
            const TimeSteps steps(x.tape(), sentences);
            const Variable start = zero_state(x.tape(), steps.n_sentences(), 2 * d);
            return split_columns<2>(lstm_step_by_step(x, w, start, steps))[0];
          },
          [=](Variable x) { linear(x, w.w_x); }};
}

namespace {

Layer fast_layer(ParameterStore& store, Index d, CellKind kind, const std::string& name) {
  const RecurrentLayer layer(store, "fast_" + name, kind, d, d);
  return {name, [=](Variable x, const Segments& sentences) {
            const TimeSteps steps(x.tape(), sentences);
            return rows(layer.hidden(layer(rows(x, steps.rows), steps)), steps.places);
          }};
}

}  // namespace

Layer fast_recurrent_layer(ParameterStore& store, Index d) {
  return fast_layer(store, d, CellKind::rnn, "recurrent");
}

Layer fast_lstm_layer(ParameterStore& store, Index d) {
  return fast_layer(store, d, CellKind::lstm, "LSTM");
}

Layer convolution_layer(ParameterStore& store, Index d, const Taps& taps) {
  const Convolution layer(store, "convolution", d, d, taps);
  return {"convolution, k = " + std::to_string(taps.n),
          [=](Variable x, const Segments& sentences) { return layer(x, sentences); }};
}

std::vector<Layer> table_1_layers(ParameterStore& store, Index d) {
  return {self_attention_layer(store, d), recurrent_layer(store, d), convolution_layer(store, d),
          restricted_layer(store, d)};
}

}  // namespace transformer
