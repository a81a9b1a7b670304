// Checks predict_weights by doing it.
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/exercises/predict_weights.hpp"
#include "chapters/03_scaled_dot_product_attention/program/plain.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  const Matrix scores = {{2, 1, -1}}, added = scores + 5.0f, doubled = scores * 2.0f,
               with_twin = {{2, 1, -1, 2}};
  const auto weights = [](const Matrix& s) { return plain_softmax(s); };
  const Matrix first = weights(scores), after_doubling = weights(doubled);
  const double ratio = double{after_doubling(0, 0)} / double{after_doubling(0, 1)};
  const double twin = weights(with_twin)(0, 0);
  constexpr double about = 0.005;

  Exercise exercise("predict_weights");
  exercise.expect("the first weight after adding 5 to all scores",
                  predicted_after_adding_5_to_all_scores(), weights(added)(0, 0),
                  {{7.0 / 17, "that is 7 of 7 + 6 + 4: a softmax takes exponentials first"}},
                  "e^(s + 5) is e^s times e^5: every term of the fraction has that factor", about);
  exercise.expect("the first weight after doubling all values",
                  predicted_after_doubling_all_values(), first(0, 0),
                  "values take no part in the weights: they are what is mixed", about);
  exercise.expect(
      "first weight / second weight after doubling all keys",
      predicted_ratio_after_doubling_all_keys(), ratio,
      {{2 * std::exp(1.0), "the difference of scores doubles, and stands in an exponent"},
       {std::exp(1.0), "doubled keys make doubled scores: their difference is 2 now"}},
      "the ratio is e to the power of the difference of the scores", about);
  exercise.expect("the first weight with its key twice", predicted_with_the_first_key_twice(), twin,
                  {{first(0, 0) / 2, "the twin takes from all, not from the first alone"},
                   {first(0, 0), "one more term stands in the sum that all are divided by"}},
                  "e^2 / (e^2 + e^1 + e^-1 + e^2)", about);
  return exercise.finish();
}
