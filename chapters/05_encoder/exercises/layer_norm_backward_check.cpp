// Checks layer_norm_backward against numeric differences and the gradient that the chapter uses.
#include <vector>

#include "chapters/05_encoder/exercises/layer_norm_backward.hpp"
#include "chapters/05_encoder/program/plain.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

struct Forward {
  Matrix y;
  std::vector<float> mean, reciprocal_deviation;

  Forward(const Matrix& x, const Matrix& gain)
      : y(x), mean(x.shape(0)), reciprocal_deviation(x.shape(0)) {
    const Matrix bias = zeros(1, static_cast<Index>(x.shape(1)));
    layer_norm_forward(view_of(x), {view_of(gain), view_of(bias), 1e-5f}, view_of(y), moments());
  }
  LayerNormMoments moments() { return {mean, reciprocal_deviation}; }
};

/// d loss / d x for loss = sum dy * y, from two losses each.
Matrix numeric_gradient(Matrix x, const Matrix& gain, const Matrix& dy) {
  constexpr float h = 0.01f;
  Matrix dx = zeros(static_cast<Index>(x.shape(0)), static_cast<Index>(x.shape(1)));
  for (size_t e = 0; e < x.size(); ++e) {
    const float here = x.data()[e];
    const auto loss_at = [&](float value) {
      x.data()[e] = value;
      const Matrix y = Forward(x, gain).y;
      return inner_product(view_of(dy), view_of(y));
    };
    const double above = loss_at(here + h), below = loss_at(here - h);
    dx.data()[e] = static_cast<float>((above - below) / (2.0 * h));
    x.data()[e] = here;
  }
  return dx;
}

/// With some of its terms: what is left out is a likely mistake.
Matrix with_terms(const Matrix& x, const Matrix& gain, const Matrix& dy, bool has_mean,
                  bool has_spread, bool has_gain) {
  Matrix dx = x;
  for (size_t i = 0; i < x.shape(0); ++i) {
    const plain::Row row = plain::row_of(x, i), dy_row = plain::row_of(dy, i);
    plain::Row gains(gain.begin(), gain.end());
    if (!has_gain) gains.assign(gains.size(), 1.0);
    const auto [x_hat, deviation] = plain::normalized(row);
    const plain::ThreeTerms terms = plain::three_terms(x_hat, gains, dy_row);
    for (size_t c = 0; c < x.shape(1); ++c) {
      dx(i, c) = static_cast<float>(
          (terms.direct[c] - has_mean * terms.mean - has_spread * terms.spread[c]) / deviation);
    }
  }
  return dx;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix x = normal_matrix(3, 6, 1), gain = normal_matrix(1, 6, 2);
  const Matrix dy = normal_matrix(3, 6, 3);
  const Matrix actual = exercise_layer_norm_backward(x, gain, dy);

  Exercise exercise("layer_norm_backward");
  const Matrix numeric = numeric_gradient(x, gain, dy), nothing = zeros(3, 6);
  const Matrix constants = with_terms(x, gain, dy, false, false, true),
               no_mean = with_terms(x, gain, dy, false, true, true),
               no_spread = with_terms(x, gain, dy, true, false, true),
               no_gain = with_terms(x, gain, dy, true, true, false);
  // As exact as a step of 0.01 is.
  exercise.expect("dx beside numeric differences", view_of(actual), view_of(numeric),
                  {{view_of(nothing), "dx is still zero everywhere"},
                   {view_of(constants), "the mean and the deviation depend on x, too"},
                   {view_of(no_mean), "raise all numbers of a row by 1: what happens to y?"},
                   {view_of(no_spread), "double all differences of a row: what happens to y?"},
                   {view_of(no_gain), "between dy and x_hat stands the gain"}},
                  "do the gradients of a row sum to 0, and their products with x_hat?", 2e-3);
  Forward forward(x, gain);
  Matrix expected = zeros(3, 6);
  layer_norm_backward(view_of(x), view_of(gain), forward.moments(), view_of(dy),
                      {view_of(expected), Into::nowhere(), Into::nowhere()});
  exercise.expect("dx beside the chapter's", view_of(actual), view_of(expected), "");
  return exercise.finish();
}
