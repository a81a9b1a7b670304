// Runs what predict_training predicts.
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "chapters/07_training_loop/exercises/predict_training.hpp"
#include "chapters/07_training_loop/optimizer.hpp"
#include "chapters/07_training_loop/program/plain.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

double highest_rate(std::int64_t warmup_steps) {
  double highest = 0;
  for (std::int64_t step = 1; step <= 20000; ++step) {
    highest = std::max(highest, paper_learning_rate(step, 512, warmup_steps));
  }
  return highest;
}

double first_step(double gradient) {
  PlainAdam adam(1);
  const std::array<double, 1> g = {gradient};
  std::array<double, 1> theta = {0.0};
  adam.step(1, 1.0, g, theta);
  return std::abs(theta[0]);
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("predict_training");
  const std::vector<double> logits(15, 0.0);
  std::vector<double> gradient(15);
  const double loss = plain_loss(logits, 3, 0.1, gradient);
  exercise.expect("loss of equal probabilities", loss_of_equal_probabilities(), loss,
                  {{0.9 * loss, "the smoothed targets sum to 1, too, and every token costs ln 15"},
                   {1.0 / 15, "that is the probability; the loss is minus its logarithm"},
                   {-loss, "the sign: a probability below 1 has a negative logarithm"}},
                  "each token costs -ln(1/15), times its target", 1e-3);
  exercise.expect(
      "sum of the gradient", sum_of_the_gradient(),
      std::accumulate(gradient.begin(), gradient.end(), 0.0),
      {{1.0, "the probabilities sum to 1, and the targets that are subtracted too"},
       {-1.0, "the targets sum to 1, and the probabilities that they are taken from too"}},
      "it is probability minus target: what is the sum of each?", 1e-3);
  exercise.expect(
      "first step of large gradients", first_step_of_large_gradients(),
      first_step(500.0) / first_step(0.5),
      {{1000.0, "plain descent would; in Adam a factor in front of all gradients cancels"},
       {std::sqrt(1000.0), "v has the factor squared, and then its root is taken"},
       {1e-3, "the step is m / sqrt(v): both grow alike"}},
      "m and sqrt(v) grow by the same factor", 1e-3);
  exercise.expect("peak of twice the warm-up", peak_of_twice_the_warm_up(),
                  highest_rate(8000) / highest_rate(4000),
                  {{0.5, "the peak is 1 over the root of d_model * warmup_steps"},
                   {1.0, "the peak is where both branches meet, and that is later and lower"},
                   {2.0, "a longer warm-up ends lower: the rate that follows falls all the time"},
                   {std::sqrt(2.0), "lower, and not higher"}},
                  "at step = warmup_steps the rate is 1 / sqrt(d_model * warmup_steps)", 1e-3);
  exercise.expect(
      "rate at step 20000 of twice the warm-up", later_rate_of_twice_the_warm_up(),
      paper_learning_rate(20000, 512, 8000) / paper_learning_rate(20000, 512, 4000),
      {{std::sqrt(0.5), "that is the peak; after it the warm-up is not in the formula"},
       {0.5, "after the warm-up the rate is 1 / sqrt(d_model * step), and nothing else"}},
      "which of the two branches holds after both warm-ups?", 1e-3);
  return exercise.finish();
}
