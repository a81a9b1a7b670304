// Checks softmax_backward against the chapter's plain one.
#include "chapters/03_scaled_dot_product_attention/exercises/softmax_backward.hpp"
#include "chapters/03_scaled_dot_product_attention/program/plain.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  constexpr float temperature = 2;
  const Matrix weights = plain_softmax(normal_matrix(3, 5, 1)), dweights = normal_matrix(3, 5, 2);
  const Matrix as_at_one = plain_softmax_backward(weights, dweights);
  const Matrix expected = as_at_one / temperature, no_mean = weights * dweights / temperature;
  Matrix no_weight = dweights, plain_mean = dweights;
  for (size_t i = 0; i < 3; ++i) {
    float mean = 0, equal_mean = 0;
    for (size_t j = 0; j < 5; ++j) {
      mean += weights(i, j) * dweights(i, j);
      equal_mean += dweights(i, j) / 5;
    }
    for (size_t j = 0; j < 5; ++j) {
      no_weight(i, j) = (dweights(i, j) - mean) / temperature;
      plain_mean(i, j) = weights(i, j) * (dweights(i, j) - equal_mean) / temperature;
    }
  }

  Exercise exercise("softmax_backward");
  exercise.name_places({"dog", "ate", "cat"}, {"the", "dog", "ate", "the", "cat"});
  const Matrix dscores = exercise_softmax_backward(weights, dweights, temperature);
  exercise.expect(
      "dscores", view_of(dscores), view_of(expected),
      {{view_of(no_mean), "a score also takes from all other weights: they sum to 1"},
       {view_of(no_weight), "a weight near 0 hardly moves: its own share is a factor"},
       {view_of(plain_mean), "the mean that counts is weighted by the weights"},
       {view_of(as_at_one), "a score counts only a temperature-th: so does its slope"}},
      "the sum over i of dweights_i times (delta_ij a_j - a_i a_j), and the temperature");
  const Matrix none = zeros(3, 5),
               all_alike = exercise_softmax_backward(weights, none + 1.0f, temperature);
  exercise.expect("dscores where all weights are equally good", view_of(all_alike), view_of(none),
                  "to shift shares among equals changes nothing");
  return exercise.finish();
}
