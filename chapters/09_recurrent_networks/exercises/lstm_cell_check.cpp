// Checks lstm_cell against the chapter's kernel.
#include "chapters/09_recurrent_networks/exercises/lstm_cell.hpp"

#include <cmath>
#include <vector>

#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

/// The kernel's step on sums whose blocks were put into another order.
LstmNumbers step(const Matrix& sums, const Matrix& c_before, std::vector<Index> blocks) {
  const Index n = static_cast<Index>(c_before.shape(0)), d = static_cast<Index>(c_before.shape(1));
  Matrix gates = sums, before = zeros(n, 2 * d), state = before;
  for (Index b = 0; b < 4; ++b) {
    const Index from = blocks[static_cast<size_t>(b)];
    copy_to(view_of(sums).columns(from * d, (from + 1) * d),
            view_of(gates).columns(b * d, (b + 1) * d));
  }
  copy_to(view_of(c_before), view_of(before).columns(d, 2 * d));
  lstm_forward(view_of(gates), view_of(before), view_of(state));
  return {matrix_of<float>(ConstMatrixView(view_of(state).columns(0, d))),
          matrix_of<float>(ConstMatrixView(view_of(state).columns(d, 2 * d)))};
}

Matrix without_tanh(const Matrix& sums, const LstmNumbers& right) {
  Matrix h = right.h;
  const size_t d = h.shape(1);
  for (size_t i = 0; i < h.size(); ++i) {
    h.data()[i] = right.c.data()[i] / (1 + std::exp(-sums(i / d, 3 * d + i % d)));
  }
  return h;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix sums = normal_matrix(2, 12, 1, 2.0), c_before = normal_matrix(2, 3, 2);
  const LstmNumbers actual = exercise_lstm(sums, c_before),
                    right = step(sums, c_before, {0, 1, 2, 3}),
                    other_order = step(sums, c_before, {0, 1, 3, 2}),
                    swapped = step(sums, c_before, {1, 0, 2, 3});
  const Matrix no_tanh = without_tanh(sums, right);
  Exercise exercise("lstm_cell");
  exercise.expect("what is remembered, c", view_of(actual.c), view_of(right.c),
                  {{view_of(c_before), "something is written and something is forgotten"},
                   {view_of(other_order.c), "the gates stand in the order i, f, g, o"},
                   {view_of(swapped.c), "the forget gate belongs to what was remembered"}},
                  "c = f c_before + i g");
  exercise.expect("what is said, h", view_of(actual.h), view_of(right.h),
                  {{view_of(no_tanh), "what is said is o times tanh of c"}},
                  "h = o tanh(c), with the new c");
  return exercise.finish();
}
