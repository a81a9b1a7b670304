#include "src/book/descent.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "src/tensor/tensor.hpp"

namespace transformer {

void descend(ParameterStore& store, float rate) {
  store.complete_gradients();
  for (const Parameter& parameter : store.parameters()) {
    const MatrixView value = parameter.value();
    const ConstMatrixView gradient = parameter.variable.gradient();
    for (Index i = 0; i < value.n_rows; ++i) {
      for (Index j = 0; j < value.n_columns; ++j) value(i, j) -= rate * gradient(i, j);
    }
  }
}

double learn_classes(Variable logits, std::span<const TokenId> right) {
  std::vector<float> losses(right.size());
  Matrix dlogits = zeros(logits.n_rows(), logits.n_columns());
  cross_entropy(logits.value(), right, 0.0f, 1.0f / static_cast<float>(right.size()), losses,
                view_of(dlogits));
  logits.tape().backward(logits, view_of(dlogits));
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(right.size());
}

Index n_right(ConstMatrixView logits, std::span<const TokenId> right) {
  Index n = 0;
  for (Index i = 0; i < logits.n_rows; ++i) {
    const float* row = logits.row(i);
    n += std::max_element(row, row + logits.n_columns) - row == right[static_cast<size_t>(i)];
  }
  return n;
}

}  // namespace transformer
