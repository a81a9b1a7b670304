// Checks convolve against the chapter's own convolution.
#include "chapters/11_complexity/exercises/convolve.hpp"

#include <vector>

#include "chapters/11_complexity/local_layers.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

constexpr Index n = 5, d_in = 2, d_out = 3, n_taps = 3, more_taps = 5;

Matrix convolved(const Matrix& x, const Matrix& w, Index first_row = 0) {
  const Matrix b = zeros(1, d_out);
  const std::vector<Index> offsets = {0, static_cast<Index>(x.shape(0))};
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const Variable y =
      convolution(tape.input(view_of(x)), tape.input(view_of(w)), tape.input(view_of(b)), {offsets},
                  {.n = static_cast<Index>(w.shape(0)) / d_in});
  return matrix_of<float>(y.value().rows(first_row, first_row + n));
}

/// So many rows of x from `first` on; beyond its ends zeros, or its other end.
Matrix moved(const Matrix& x, Index first, Index n_rows, bool is_circle) {
  Matrix result = zeros(n_rows, d_in);
  for (Index i = 0; i < n_rows; ++i) {
    const Index from = first + i;
    if (is_circle || (from >= 0 && from < n)) xt::row(result, i) = xt::row(x, (from + n) % n);
  }
  return result;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix x = normal_matrix(n, d_in, 1), w = normal_matrix(n_taps * d_in, d_out, 2);
  Matrix mirrored = w;
  for (Index j = 0; j < n_taps; ++j) {
    copy_to(view_of(w).rows(j * d_in, (j + 1) * d_in),
            view_of(mirrored).rows((n_taps - 1 - j) * d_in, (n_taps - j) * d_in));
  }
  const Matrix expected = convolved(x, w), of_mirrored = convolved(x, mirrored),
               one_sided = convolved(moved(x, 0, n + 1, false), w, 1),
               in_a_circle = convolved(moved(x, -1, n + 2, true), w, 1);

  Exercise exercise("convolve");
  exercise.name_places({"the", "dog", "ate", "the", "cat"}, {});
  const Matrix actual = exercise_convolve(x, w, n_taps);
  exercise.expect("the convolution of five words", view_of(actual), view_of(expected),
                  {{view_of(one_sided), "the middle tap belongs to the row itself, not the first"},
                   {view_of(of_mirrored), "W_0 belongs to the row before, W_2 to the row after"},
                   {view_of(in_a_circle),
                    "the first word has no word before it: nothing comes around from the end"}},
                  "tap j of row i reads row i + j - (n_taps - 1) / 2, if there is one");
  const Matrix more = normal_matrix(more_taps * d_in, d_out, 3);
  const Matrix by_more = exercise_convolve(x, more, more_taps),
               expected_of_more = convolved(x, more);
  exercise.expect("with five taps", view_of(by_more), view_of(expected_of_more),
                  "the middle tap of five is the third: it belongs to the row itself");
  return exercise.finish();
}
