#include "src/autograd/tape.hpp"

#include <algorithm>

#include "src/base/error.hpp"

namespace transformer {

MatrixView Variable::gradient_to_add_to() const {
  const GradientTarget target = gradient_target();
  if (!target.accumulate) {
    for (Index i = 0; i < target.view.n_rows; ++i) {
      std::fill_n(target.view.row(i), target.view.n_columns, 0.0f);
    }
  }
  return target.view;
}

void Tape::begin(Mode mode, std::uint64_t seed, std::uint32_t step) {
  arena_.rewind();
  last_ = nullptr;
  mode_ = mode;
  key_ = {seed, step, 0};
}

Variable Tape::make(Index n_rows, Index n_columns) {
  const MatrixView value(arena_.allocate<float>(n_rows * n_columns).data(), n_rows, n_columns);
  if (!is_training()) return alias(value, {});
  return alias(value, {arena_.allocate<float>(n_rows * n_columns).data(), n_rows, n_columns});
}

Variable Tape::input(ConstMatrixView value, bool wants_gradient) {
  MatrixView gradient;
  if (wants_gradient && is_training()) {
    gradient = {arena_.allocate<float>(value.size()).data(), value.n_rows, value.n_columns};
  }
  // No operation writes to the value of what it was given.
  return alias({const_cast<float*>(value.data), value.n_rows, value.n_columns, value.stride},
               gradient);
}

Variable Tape::alias(MatrixView value, MatrixView gradient) {
  return {arena_.create<VariableData>(value, gradient), this};
}

void Tape::backward(Variable output, ConstMatrixView gradient) {
  if (!same_shape(output.value(), gradient)) {
    fail(ExitCode::internal, "backward: the output is ({}, {}), its gradient ({}, {})",
         output.n_rows(), output.n_columns(), gradient.n_rows, gradient.n_columns);
  }
  copy_to(gradient, output.gradient_target().view, threads_);
  //! [backward]
  for (Record* record = last_; record != nullptr; record = record->previous) {
    record->call(record);
  }
  //! [backward]
}

void Tape::backward(Variable loss) {
  const float one = 1.0f;
  backward(loss, {&one, 1, 1});
}

Dropout Tape::next_dropout(float p) {
  if (!is_training()) return {};
  const Dropout dropout{p, key_};
  ++key_.site;
  return dropout;
}

}  // namespace transformer
