// Checks layer_norm_backward against numeric differences and the gradient that the chapter uses.
#include <vector>

#include "chapters/05_encoder/encoder.hpp"
#include "chapters/05_encoder/exercises/layer_norm_backward.hpp"
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

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix x = normal_matrix(3, 6, 1), gain = normal_matrix(1, 6, 2);
  const Matrix dy = normal_matrix(3, 6, 3);
  const Matrix actual = exercise_layer_norm_backward(x, gain, dy);

  Exercise exercise("layer_norm_backward");
  const Matrix numeric = numeric_gradient(x, gain, dy);
  // As exact as a step of 0.01 is.
  exercise.expect("dx beside numeric differences", view_of(actual), view_of(numeric),
                  "do the gradients of a row sum to 0? If not, the term of the mean is missing",
                  2e-3);
  Forward forward(x, gain);
  Matrix expected = zeros(3, 6);
  layer_norm_backward(view_of(x), view_of(gain), forward.moments(), view_of(dy),
                      {view_of(expected), Into::nowhere(), Into::nowhere()});
  exercise.expect("dx beside the chapter's", view_of(actual), view_of(expected), "");
  return exercise.finish();
}
