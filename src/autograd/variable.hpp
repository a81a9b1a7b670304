// A matrix that the tape knows: its value and, while training, its gradient.
#pragma once

#include "src/base/index.hpp"
#include "src/tensor/view.hpp"

namespace transformer {

class Tape;

/// Where a variable's numbers are. It lives in the tape's arena, or in a ParameterStore.
struct VariableData {
  MatrixView value;
  MatrixView gradient;        ///< Empty where no gradient is kept.
  bool has_gradient = false;  ///< False until the backward pass has written to `gradient`.
};

/// Where a backward function puts its result: the first one overwrites, later ones add. So no pass
/// over the memory is spent on zeros.
struct GradientTarget {
  MatrixView view;
  bool accumulate = false;
};

/// A handle, cheap to copy: what the operations of `operations.hpp` take and give.
class Variable {
 public:
  Variable() = default;
  Variable(VariableData* data, Tape* tape) : data_(data), tape_(tape) {}

  Index n_rows() const { return data_->value.n_rows; }
  Index n_columns() const { return data_->value.n_columns; }
  MatrixView value() const { return data_->value; }

  /// The tape that made it; a parameter has none.
  Tape& tape() const { return *tape_; }

  /// The derivative of the loss by this variable, valid once `has_gradient()`.
  ConstMatrixView gradient() const { return data_->gradient; }
  bool has_gradient() const { return data_->has_gradient; }
  /// False where a backward function need not work out this gradient.
  bool wants_gradient() const { return !data_->gradient.empty(); }

  /// For a backward function: where to write or add, which counts as written from now on.
  //! [gradient_target]
  GradientTarget gradient_target() const {
    const bool accumulate = data_->has_gradient;
    data_->has_gradient = true;
    return {data_->gradient, accumulate};
  }
  //! [gradient_target]
  /// For a backward function that only adds here and there: all zeros at first.
  MatrixView gradient_to_add_to() const;

  VariableData& data() const { return *data_; }

 private:
  VariableData* data_ = nullptr;
  Tape* tape_ = nullptr;
};

}  // namespace transformer
