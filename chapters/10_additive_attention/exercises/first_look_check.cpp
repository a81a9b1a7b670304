// Checks first_look by looking.
#include "chapters/10_additive_attention/exercises/first_look.hpp"

#include <cmath>

#include "chapters/10_additive_attention/additive_attention.hpp"
#include "src/book/exercise.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {
namespace {

struct Look {
  double mixture, dk, dv, weight;
};

/// One query of 0 looks at two words with these keys.
Look look(float v, float first_key, float second_key) {
  const Matrix q = {{0}}, k = {{first_key}, {second_key}}, values = {{1}, {3}}, score = {{v}};
  const Matrix dmixture = {{1}};
  Matrix hidden = zeros(2, 1), weights = zeros(1, 2), dweights = weights, dhidden = hidden;
  Matrix dk = zeros(2, 1), dv = zeros(1, 1);
  additive_weights(view_of(q), view_of(k), view_of(score), view_of(hidden), view_of(weights));
  additive_backward(view_of(score), view_of(values), view_of(hidden), view_of(weights),
                    view_of(dmixture), view_of(dweights), view_of(dhidden),
                    {Into::nowhere(), view_of(dk), view_of(dv), Into::nowhere()});
  const auto number = [](float x) { return static_cast<double>(x); };
  return {number(weights(0, 0) + 3 * weights(0, 1)), number(dk(0, 0)), number(dv(0, 0)),
          number(weights(0, 0))};
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const float key = std::atanh(0.5f);
  const Look first = look(0, key, -key), furthest = look(1, 20, -20);
  Exercise exercise("first_look");
  constexpr double tolerance = 5e-3;
  exercise.expect("mixture at first", mixture_at_first(), first.mixture,
                  {{1, "that is the first word alone: equal scores have equal weights"},
                   {0, "v is 0, not the weights: they are shares of a whole"}},
                  "equal scores have equal weights: the mean", tolerance);
  exercise.expect("gradient of the key", gradient_of_the_key(), first.dk,
                  {{-0.375, "what reaches a key goes through v, and v is 0"},
                   {-0.5, "that is the score's gradient: what reaches a key goes through v"}},
                  "what reaches a key goes through v, and v is 0", tolerance);
  exercise.expect("gradient of v", gradient_of_v(), first.dv,
                  {{0, "the gradient of v does not go through v, but through tanh(q + k)"},
                   {0.5, "the loss falls if the first word, the smaller one, gets more"}},
                  "both scores' gradients, each times its tanh, added up", tolerance);
  exercise.expect("limit of a weight", limit_of_a_weight(), furthest.weight,
                  {{1, "scores stay between -v and v: they are at most 2 apart"},
                   {1 / (1 + std::exp(-1.0)), "one may be near 1 while the other is near -1"}},
                  "two scores that are 2 apart", tolerance);
  return exercise.finish();
}
