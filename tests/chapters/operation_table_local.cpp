// The rows of chapter 11 in the table of operations.
#include <memory>

#include "chapters/11_complexity/local_layers.hpp"
#include "src/autograd/operations.hpp"
#include "src/book/local_formulas.hpp"
#include "tests/chapters/operation_table.hpp"

namespace transformer::test {
namespace {

/// One sentence or two of n rows together; no rows, no sentence.
std::shared_ptr<std::vector<Index>> offsets_of(Index n) {
  if (n == 0) return std::make_shared<std::vector<Index>>(std::vector<Index>{0});
  return std::make_shared<std::vector<Index>>(n < 3 ? std::vector<Index>{0, n}
                                                    : std::vector<Index>{0, n / 3, n});
}

Call taps_call(Index n, Index width, const Taps& taps) {
  const auto offsets = offsets_of(n);
  return {{some(n, width, 1), some(taps.n * width, 3, 2), some(1, 3, 3)},
          [=](const Variables& v) { return convolution(v[0], v[1], v[2], {*offsets}, taps); },
          [=](const DoubleMatrices& m, auto) {
            return formula::convolution(m[0], m[1], m[2], {*offsets}, taps.offsets());
          }};
}

}  // namespace

Call convolution_call(OnTape&, Index n, Index width) { return taps_call(n, width, {}); }

Call causal_convolution_call(OnTape&, Index n, Index width) {
  return taps_call(n, width, {.n = 2, .dilation = 3, .is_causal = true});
}

/// Two heads of queries, keys and values that lie side by side.
Call restricted_attention_call(OnTape&, Index n, Index width) {
  const auto offsets = offsets_of(n);
  return {{some(n, 6 * width, 1)},
          [=](const Variables& v) {
            const auto [q, k, values] = split_columns<3>(v[0]);
            return restricted_attention(q, k, values, {*offsets}, 1, 2);
          },
          [=](const DoubleMatrices& m, auto) {
            const auto block = [&](Index i) {
              return formula::columns(m[0], 2 * i * width, 2 * (i + 1) * width);
            };
            return formula::restricted_attention(block(0), block(1), block(2), {*offsets}, 1, 2);
          }};
}

}  // namespace transformer::test
