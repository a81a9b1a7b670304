// A matrix that the tape knows: its value and, while training, its gradient.
#pragma once

#include <atomic>
#include <cstdint>
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
  /// Of a parameter its identity, which no other parameter of the program ever has; else 0.
  std::uint64_t parameter_id = 0;

  /// A parameter's own memory; of any other variable empty until the backward pass needs it, and
  /// again once it has been passed on.
  MatrixView gradient = {};
  std::span<float> gradient_memory = {};  ///< What the tape lent for it.
  bool has_gradient = false;        ///< False until the backward pass has written to `gradient`.
  ParameterStore* store = nullptr;  ///< Of a parameter: gives all their gradients memory.

  // Blocks of columns are views of a whole, and so are their gradients (blocks.cpp).
  VariableData* whole = nullptr;   ///< Of a block: what it is a part of ...
  Index first_column = 0;          ///< ... and where it begins there.
  VariableData* blocks = nullptr;  ///< Of a whole: its blocks, in a list ...
  VariableData* next_block = nullptr;
  std::uint64_t step_of_blocks = 0;  ///< ... that was made in this step of a tape.
};

/// A number that no other step of any tape has; 0 is no step.
inline std::uint64_t new_step() {
  static std::atomic<std::uint64_t> newest = 0;
  return ++newest;
}

/// The step of a tape: what variables need to know of it.
struct StepCounter {
  std::uint64_t now = new_step();
};

/// A handle, cheap to copy: what the operations of `operations.hpp` take and give. A parameter's is
/// valid as long as its store, any other until the tape begins the next step; to use it later
/// throws Error (internal).
class Variable {
 public:
  Variable() = default;

  Index n_rows() const { return data().value.n_rows; }
  Index n_columns() const { return data().value.n_columns; }
  Shape shape() const { return data().value.shape(); }

  /// Only the operation that makes a variable writes its value.
  ConstMatrixView value() const { return data().value; }

  /// The derivative of the loss by this variable, valid once `has_gradient()`: for parameters and
  /// inputs from then on, for what an operation made until the operation's backward function ends.
  ConstMatrixView gradient() const;
  bool has_gradient() const;
  /// False where no gradient is worked out: of constants, and of what was made of constants alone.
  bool wants_gradient() const { return data().wants_gradient; }

  /// The tape that it is on. Throws Error (internal) for a parameter, which is on none.
  Tape& tape() const;
  /// True for a parameter that was not brought onto a tape by `Tape::use`.
  bool is_on_no_tape() const { return counter_ == nullptr; }

 private:
  friend class Tape;
  friend class BackwardPass;
  friend class ParameterStore;
  friend struct Parameter;
  explicit Variable(VariableData* data) : data_(data) {}
  Variable(VariableData* data, StepCounter* counter)
      : data_(data), counter_(counter), step_(counter->now) {}

  VariableData& data() const {
    if (data_ == nullptr || (counter_ != nullptr && step_ != counter_->now)) refuse();
    return *data_;
  }
  [[noreturn]] void refuse() const;

  VariableData* data_ = nullptr;
  StepCounter* counter_ = nullptr;  // the tape's; a parameter has none
  std::uint64_t step_ = 0;          // when it was made
};

}  // namespace transformer
