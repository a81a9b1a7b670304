// Checks causal_mask against where the chapter's attention puts weight.
#include <string>
#include <vector>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/06_decoder/exercises/causal_mask.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// 1 where attention with equal scores has a weight above 0: as values, the rows of the identity
/// give the weights themselves.
Matrix seen(const std::vector<Index>& offsets, Mask mask) {
  const Index n = offsets.back();
  const Matrix equal = zeros(n, n);
  Matrix identity = zeros(n, n);
  for (Index i = 0; i < n; ++i) identity(i, i) = 1;
  Tape tape(Threads::serial());
  const Segments each{offsets};
  const Variable q = tape.input(view_of(equal)), v = tape.input(view_of(identity));
  Matrix weights = matrix_of<float>(
      ConstMatrixView(scaled_dot_product_attention(q, q, v, {each, each, mask}, 1).value()));
  for (float& weight : weights) weight = weight > 0 ? 1.0f : 0.0f;
  return weights;
}

void compare(Exercise& exercise, const std::string& what, const std::vector<Index>& offsets) {
  const Matrix actual = exercise_mask(offsets), expected = seen(offsets, Mask::causal),
               turned = xt::transpose(expected), blocks = seen(offsets, Mask::none),
               whole = seen({0, offsets.back()}, Mask::causal);
  Matrix strict = expected;
  for (Index i = 0; i < offsets.back(); ++i) strict(i, i) = 0;
  exercise.expect(
      what, view_of(actual), view_of(expected),
      {{view_of(strict), "a token may see itself: it is an input, and not the answer"},
       {view_of(whole), "no token may see another sentence"},
       {view_of(turned), "rows ask and columns are looked at: this lets the first see what comes"},
       {view_of(blocks), "this lets a token see what comes later"}},
      "may this token look there?");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("causal_mask");
  exercise.name_places({"<s>", "le", "chien", "dort"}, {"<s>", "le", "chien", "dort"});
  compare(exercise, "one sentence", {0, 4});
  exercise.name_places({"<s>", "le", "chien", "<s>", "pourquoi"},
                       {"<s>", "le", "chien", "<s>", "pourquoi"});
  compare(exercise, "two sentences", {0, 3, 5});
  return exercise.finish();
}
