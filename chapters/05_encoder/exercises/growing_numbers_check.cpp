// Checks growing_numbers against stacks of the chapter's ResidualNorm.
#include <cmath>
#include <string>

#include "chapters/05_encoder/encoder.hpp"
#include "chapters/05_encoder/exercises/growing_numbers.hpp"
#include "chapters/05_encoder/program/parts.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// Sub-layers that multiply by random matrices.
std::vector<Step> random_sublayers(size_t n, Index d_model) {
  std::vector<Step> sublayers;
  for (size_t i = 0; i < n; ++i) {
    const Matrix w = normal_matrix(d_model, d_model, 10 + i, 1.0 / static_cast<double>(d_model));
    sublayers.push_back([w](const Matrix& x) {
      Matrix y = zeros(static_cast<Index>(x.shape(0)), static_cast<Index>(w.shape(1)));
      matmul(view_of(x), view_of(w), view_of(y), {});
      return y;
    });
  }
  return sublayers;
}

Matrix right(Matrix x, const std::vector<Step>& sublayers) {
  ParameterStore store(0);
  const ResidualNorm norm(store, "norm",
                          {.d_model = static_cast<Index>(x.shape(1)), .p_drop = 0.0f});
  for (const Step& sublayer : sublayers) {
    const Matrix said = sublayer(x);
    Tape tape(Threads::serial());
    const Variable y = norm(tape.input(view_of(x)), tape.input(view_of(said)));
    const Matrix next = matrix_of<float>(ConstMatrixView(y.value()));
    x = next;
  }
  return x;
}

enum class Place { before, at_the_end, no_sum, around_the_sublayer };

Matrix mistaken(Matrix x, const std::vector<Step>& sublayers, Place place) {
  for (const Step& sublayer : sublayers) {
    Matrix y = x;
    if (place == Place::no_sum) y = normalised(sublayer(x));
    if (place == Place::around_the_sublayer) y += normalised(sublayer(x));
    if (place == Place::before || place == Place::at_the_end) y += sublayer(normalised(x));
    x = y;
  }
  return place == Place::at_the_end ? normalised(x) : x;
}

double size_of(const Matrix& x) {
  return std::sqrt(inner_product(view_of(x), view_of(x)) / static_cast<double>(x.size()));
}

void compare(Exercise& exercise, size_t n_sublayers) {
  const Matrix x = normal_matrix(3, 8, 1);
  const std::vector<Step> sublayers = random_sublayers(n_sublayers, 8);
  const Matrix actual = exercise_stack(x, sublayers, normalised), expected = right(x, sublayers);
  const auto how = [&](Place place) { return mistaken(x, sublayers, place); };
  const Matrix before = how(Place::before), at_the_end = how(Place::at_the_end),
               no_sum = how(Place::no_sum), around = how(Place::around_the_sublayer);
  const std::string stack = "sub-layer " + std::to_string(n_sublayers);
  exercise.expect("size of the numbers after " + stack, size_of(actual), size_of(expected),
                  "a word that has just been normalized has the size 1", 1e-3);
  exercise.expect(
      "the words after " + stack, view_of(actual), view_of(expected),
      {{view_of(before), "LayerNorm(x + Sublayer(x)): what stands inside the parentheses?"},
       {view_of(at_the_end), "one norm at the end makes the size right, and nothing else"},
       {view_of(no_sum), "the size is right, but where is the way around the sub-layer?"},
       {view_of(around), "what is normalized here is what the sub-layer says, and not the sum"}},
      "begin with a single sub-layer", 1e-4);
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("growing_numbers");
  compare(exercise, 1);
  compare(exercise, 2);
  compare(exercise, 12);
  return exercise.finish();
}
