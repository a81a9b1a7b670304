#include "chapters/00_tensors_and_matmul/exercises/linear_backward.hpp"

namespace transformer {

LinearGradients exercise_linear_backward(const Matrix& x, const Matrix& w, const Matrix& dy) {
  LinearGradients g = {xt::zeros_like(x), xt::zeros_like(w),
                       zeros(1, static_cast<Index>(w.shape(1)))};
  for (size_t i = 0; i < x.shape(0); ++i) {
    for (size_t j = 0; j < w.shape(1); ++j) {
      g.db(0, j) += dy(i, j);
      for (size_t l = 0; l < x.shape(1); ++l) {
        g.dx(i, l) += dy(i, j) * w(l, j);
        g.dw(l, j) += x(i, l) * dy(i, j);
      }
    }
  }
  return g;
}

}  // namespace transformer
