// Write: the cell of an LSTM, from the sums of its four gates.
//
// The sums x W_x + h W_h + b are worked out already, and stand side by side in the order that
// chapter 09 has them in. What is left is what makes it an LSTM: the gates, what it remembers after
// the step, and what it says.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// What an LSTM says and what it remembers, (n, d) each.
struct LstmNumbers {
  Matrix h, c;
};

/// The state after a step of n sequences: sums is (n, 4 d), c_before (n, d).
LstmNumbers exercise_lstm(const Matrix& sums, const Matrix& c_before);

}  // namespace transformer
