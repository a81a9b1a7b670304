// All operations of src/autograd and of the pieces in one table: how to call each, and the formula
// that it stands for. tests/rules/operation_table.sh sees to it that none is left out.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "src/book/model_formulas.hpp"
#include "tests/support/on_tape.hpp"

namespace transformer::test {

using Variables = std::vector<Variable>;
using Double = MatrixOf<double>;

/// An operation that is ready to be called.
struct Call {
  std::vector<Matrix> inputs;
  std::function<Variable(const Variables& inputs)> operation;
  /// In double precision, of the store's parameters in order and then the inputs; `site` is the
  /// number of the step's dropouts before this call.
  std::function<Double(const DoubleMatrices&, std::uint32_t site)> formula;
};

struct OperationRow {
  std::string_view name;     ///< As the operation calls itself.
  std::string_view variant;  ///< What is special about this row, or empty.
  /// Makes a call with n rows; `width` is that of the first input. Parameters go into the store.
  Call (*make)(OnTape& on, Index n, Index width);
  Index fewest_rows = 0;
  /// Of width 1 the terms of a gradient may be so large and cancel, which scales rounding errors.
  double terms_at_width_1 = 1.0;
};

/// Between -1 and 1: small, so that sums of products keep the size of the tolerance.
inline Matrix some(Index n_rows, Index n_columns, std::uint64_t seed) {
  return random_matrix({n_rows, n_columns}, seed, 1.0f);
}

const std::vector<OperationRow>& operation_rows();

// ---- operation_table_recurrent.cpp ----

Call plain_recurrence_call(OnTape&, Index n, Index width);
Call lstm_call(OnTape&, Index n, Index width);
Call additive_attention_call(OnTape&, Index n, Index width);
Call blend_call(OnTape&, Index n, Index width);

// ---- operation_table_local.cpp ----

Call convolution_call(OnTape&, Index n, Index width);
Call causal_convolution_call(OnTape&, Index n, Index width);
Call restricted_attention_call(OnTape&, Index n, Index width);

}  // namespace transformer::test
