// Checks hidden_words against the chapter's own attention.
#include <cmath>
#include <limits>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/exercises/hidden_words.hpp"
#include "src/base/function_ref.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// The weights where `score` takes the place of each score of a query i and a key j that is hidden.
Matrix weights_with(const Matrix& q, const Matrix& k, FunctionRef<bool(size_t, size_t)> is_hidden,
                    float score) {
  Matrix weights = zeros(static_cast<Index>(q.shape(0)), static_cast<Index>(k.shape(0)));
  matmul(view_of(q), transposed(view_of(k)), view_of(weights));
  for (size_t i = 0; i < weights.shape(0); ++i) {
    for (size_t j = 0; j < weights.shape(1); ++j) {
      if (is_hidden(i, j)) weights(i, j) = score;
    }
  }
  const float scale = 1.0f / std::sqrt(static_cast<float>(q.shape(1)));
  softmax_forward(view_of(weights), scale, Mask::none, view_of(weights));
  return weights;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  constexpr float none = -std::numeric_limits<float>::infinity();
  const Matrix q = normal_matrix(4, 3, 1);
  Matrix k = normal_matrix(4, 3, 2), expected = zeros(4, 4);
  attention_weights(view_of(q), view_of(k), Mask::causal, view_of(expected));
  const auto is_later = [](size_t i, size_t j) { return j > i; };
  const Matrix by_zero = weights_with(q, k, is_later, 0),
               one_too_many = weights_with(
                   q, k, [](size_t i, size_t j) { return j > i + 1; }, none),
               earlier = weights_with(
                   q, k, [](size_t i, size_t j) { return j < i; }, none),
               all_seen = weights_with(
                   q, k, [](size_t, size_t) { return false; }, none);

  Exercise exercise("hidden_words");
  const Matrix weights = exercise_causal_weights(q, k);
  exercise.name_places({"who", "saw", "the", "dog"}, {"who", "saw", "the", "dog"});
  // The last key is hidden from the first three queries.
  for (size_t c = 0; c < 3; ++c) k(3, c) += 1.0f;
  const Matrix after = exercise_causal_weights(q, k);
  const bool changes = after(0, 0) != weights(0, 0);
  exercise.expect("weights", view_of(weights), view_of(expected),
                  {{view_of(by_zero),
                    "a score of 0 hides nothing: exp(0) is 1. Which score has the exponential 0?"},
                   {view_of(one_too_many), "each word still sees one word too many, the next one"},
                   {view_of(earlier), "the earlier words are hidden, and the later ones seen"},
                   {view_of(all_seen), "nothing is hidden"}},
                  changes ? "the hidden scores are still in the sum by which the softmax divides"
                          : "exp(-infinity) is 0: hide the scores, not the weights");
  return exercise.finish();
}
