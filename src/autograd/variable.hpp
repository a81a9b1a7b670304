// A matrix that the tape knows: its value and, while training, its gradient.
#pragma once

#include <span>

#include "src/base/index.hpp"
#include "src/tensor/view.hpp"

namespace transformer {

class ParameterStore;
class Tape;

/// Where a variable's numbers are. It lives in the tape's arena, or in a ParameterStore.
struct VariableData {
  MatrixView value;
  bool wants_gradient = false;
  /// A parameter's own memory; of any other variable empty until the backward pass needs it, and
  /// again once it has been passed on.
  MatrixView gradient = {};
  std::span<float> gradient_memory = {};  ///< What the tape lent for it.
  bool has_gradient = false;        ///< False until the backward pass has written to `gradient`.
  VariableData* whole = nullptr;    ///< Of a block of columns: what it is a part of ...
  Index first_column = 0;           ///< ... and where it begins there.
  ParameterStore* store = nullptr;  ///< Of a parameter: gives all their gradients memory.
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

  /// The derivative of the loss by this variable, valid once `has_gradient()`: for parameters and
  /// inputs from then on, for what an operation made until the operation's backward function ends.
  ConstMatrixView gradient() const { return data_->gradient; }
  bool has_gradient() const { return data_->has_gradient; }
  /// False where a backward function need not work out this gradient.
  bool wants_gradient() const { return data_->wants_gradient; }

  /// For a backward function: where to write or add, which counts as written from now on.
  //! [gradient_target]
  GradientTarget gradient_target() const {
    const bool accumulate = data_->has_gradient;
    data_->has_gradient = true;
    return {place_of_gradient(), accumulate};
  }
  //! [gradient_target]
  /// For a backward function that only adds here and there: all zeros at first.
  MatrixView gradient_to_add_to() const;

  VariableData& data() const { return *data_; }

 private:
  /// `data().gradient`, with memory that the tape lends now if there is none yet.
  MatrixView place_of_gradient() const;

  VariableData* data_ = nullptr;
  Tape* tape_ = nullptr;
};

}  // namespace transformer
