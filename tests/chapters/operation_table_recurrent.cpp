// The rows of chapters 09 and 10 in the table of operations.
#include <algorithm>
#include <memory>

#include "chapters/09_recurrent_networks/recurrence.hpp"
#include "chapters/10_additive_attention/additive_attention.hpp"
#include "chapters/10_additive_attention/gru.hpp"
#include "src/book/additive_formulas.hpp"
#include "tests/chapters/operation_table.hpp"

namespace transformer::test {
namespace {

/// Two sentences of n rows together, the second of them the longer one, three numbers remembered.
/// One row is one sentence.
template <CellKind kind>
Call recurrence_call(OnTape&, Index n, Index width) {
  constexpr bool is_lstm = kind == CellKind::lstm;
  constexpr Index d = 3, n_gates = is_lstm ? 4 : 1, n_parts = is_lstm ? 2 : 1;
  const auto offsets = std::make_shared<std::vector<Index>>(
      n < 2 ? std::vector<Index>(static_cast<size_t>(n + 1)) : std::vector<Index>{0, n / 2, n});
  offsets->back() = n;
  const Index n_sentences = std::ssize(*offsets) - 1;
  return {{some(n, width, 1), some(width, n_gates * d, 2), some(d, n_gates * d, 3),
           some(1, n_gates * d, 4), some(n_sentences, n_parts * d, 5)},
          [=](const Variables& v) {
            const TimeSteps steps(v[0].tape(), {*offsets});
            const RecurrentWeights w(v[1], v[2], v[3]);
            const Variable x = rows(v[0], steps.rows), start = rows(v[4], steps.order);
            return rows(is_lstm ? lstm(x, w, start, steps) : rnn(x, w, start, steps), steps.places);
          },
          [=](const DoubleMatrices& m, auto) {
            const formula::Recurrent<double> layer{m[1], m[2], m[3]};
            Double states = zeros<double>(n, n_parts * d);
            for (Index s = 0; s < n_sentences; ++s) {
              Double state = formula::rows(m[4], s, s + 1);
              for (Index i = (*offsets)[s]; i < (*offsets)[s + 1]; ++i) {
                state = layer.step(formula::rows(m[0], i, i + 1), state);
                xt::view(states, xt::range(i, i + 1), xt::all()) = state;
              }
            }
            return states;
          }};
}

}  // namespace

Call plain_recurrence_call(OnTape& on, Index n, Index width) {
  return recurrence_call<CellKind::rnn>(on, n, width);
}

Call lstm_call(OnTape& on, Index n, Index width) {
  return recurrence_call<CellKind::lstm>(on, n, width);
}

/// Two sentences, the first one with all queries but one and two keys, the second with the last
/// query and three keys; a third one has no queries, and a key.
Call additive_attention_call(OnTape&, Index n, Index width) {
  const auto queries =
      std::make_shared<std::vector<Index>>(std::vector<Index>{0, std::max<Index>(n - 1, 0), n, n});
  const auto keys = std::make_shared<std::vector<Index>>(std::vector<Index>{0, 2, 5, 6});
  return {
      {some(n, width, 1), some(6, width, 2), some(1, width, 3), some(6, 3, 4)},
      [=](const Variables& v) {
        return additive_attention(v[0], v[1], v[2], v[3], {*queries}, {*keys});
      },
      [=](const DoubleMatrices& m, auto) {
        Double vectors = zeros<double>(n, 3);
        for (size_t s = 0; s < 2; ++s) {
          const Index begin = (*queries)[s], end = (*queries)[s + 1];
          xt::view(vectors, xt::range(begin, end), xt::all()) = formula::additive_attention<double>(
              formula::rows(m[0], begin, end), formula::rows(m[1], (*keys)[s], (*keys)[s + 1]),
              m[2], formula::rows(m[3], (*keys)[s], (*keys)[s + 1]));
        }
        return vectors;
      }};
}

Call blend_call(OnTape&, Index n, Index width) {
  return {
      {some(n, width, 1), some(n, width, 2), some(n, width, 3)},
      [](const Variables& v) { return blend(v[0], v[1], v[2]); },
      [](const DoubleMatrices& m, auto) -> Double { return (1.0 - m[2]) * m[0] + m[2] * m[1]; }};
}

}  // namespace transformer::test
