// Checks padding_mask against the attention of the sentence alone.
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/04_multi_head_attention/exercises/padding_mask.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// The weights of the first `length` rows where all n keys are seen; the scores of keys from
/// `hidden` on are 0.
Matrix weights_with_zeros(const Matrix& q, const Matrix& k, Index hidden) {
  const Index n = static_cast<Index>(q.shape(0));
  Matrix weights = zeros(n, n);
  matmul(view_of(q), transposed(view_of(k)), view_of(weights));
  xt::view(weights, xt::all(), xt::range(hidden, n)) = 0.0f;
  softmax_forward(view_of(weights), 0.5f, Mask::none, view_of(weights));  // 1 / sqrt(d_k)
  return weights;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  constexpr Index n = 6, length = 4;
  const Matrix q = normal_matrix(n, 4, 1), k = normal_matrix(n, 4, 2);
  const auto sentence = [](const Matrix& m) { return view_of(m).rows(0, length); };
  Matrix expected = zeros(length, n);
  attention_weights(sentence(q), sentence(k), Mask::none, view_of(expected).columns(0, length));
  const Matrix unmasked = weights_with_zeros(q, k, n), zeroed = weights_with_zeros(q, k, length);
  Matrix late = unmasked;
  xt::view(late, xt::all(), xt::range(length, n)) = 0.0f;
  Matrix one_more = zeros(length, n);
  attention_weights(sentence(q), view_of(k).rows(0, length + 1), Mask::none,
                    view_of(one_more).columns(0, length + 1));

  Exercise exercise("padding_mask");
  exercise.name_places({"the", "black", "cat", "sleeps"},
                       {"the", "black", "cat", "sleeps", "padding", "padding"});
  const Matrix weights = exercise_padded_weights(q, k, length);
  exercise.expect("weights of the sentence", sentence(weights), view_of(expected),
                  {{sentence(unmasked), "the sentence still looks at the padding"},
                   {sentence(zeroed), "a score of 0 is not hidden: its exponential is 1"},
                   {sentence(late), "the padding is still in the sum that the softmax divides by"},
                   {view_of(one_more), "one padding token too many is seen"}},
                  "no row of the sentence may have a share in a column of padding");
  return exercise.finish();
}
