// Checks rotation: it must lead from each place to the one k further.
#include <string>

#include "chapters/02_positional_encoding/exercises/rotation.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "src/book/exercise.hpp"
#include "src/kernels/kernels.hpp"

int main() {
  using namespace transformer;
  constexpr Index n = 40, d_model = 8, from = 10, count = 5;
  const Matrix pe = sinusoids(n, d_model);
  const auto places = [&](Index first) { return view_of(pe).rows(first, first + count); };

  Exercise exercise("rotation");
  exercise.name_places({"place 10", "place 11", "place 12", "place 13", "place 14"},
                       {"sin_0", "cos_0", "sin_1", "cos_1", "sin_2", "cos_2", "sin_3", "cos_3"});
  for (const Index k : {1, 7, -3}) {
    const Matrix r = exercise_rotation(k, d_model);
    Matrix turned = zeros(count, d_model);
    matmul(places(from), transposed(view_of(r)), view_of(turned));  // rows: p^T R_k^T
    // What a matrix with one frequency for all pairs would give.
    Matrix by_one_frequency = zeros(count, d_model);
    for (Index p = 0; p < count; ++p) {
      for (Index i = 0; i < d_model / 2; ++i) {
        const float sine = pe(from + p, 2 * i), cosine = pe(from + p, 2 * i + 1);
        const auto s = static_cast<float>(std::sin(k)), c = static_cast<float>(std::cos(k));
        by_one_frequency(p, 2 * i) = c * sine + s * cosine;
        by_one_frequency(p, 2 * i + 1) = c * cosine - s * sine;
      }
    }
    exercise.expect("R_" + std::to_string(k) + " times the places", view_of(turned),
                    places(from + k),
                    {{places(from - k), "that is k places back: look at the two signs"},
                     {places(from + 1), "it takes one step, whatever k is"},
                     {view_of(by_one_frequency), "each pair has a frequency of its own"}},
                    "sin(x + a) = cos(a) sin(x) + sin(a) cos(x): a row of four numbers of R_k");
  }
  return exercise.finish();
}
