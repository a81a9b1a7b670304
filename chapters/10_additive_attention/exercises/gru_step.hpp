// Write: a step of the gated recurrent unit, as Bahdanau, Cho and Bengio have it.
//
// What the input says is worked out already: the sums of the update gate, the reset gate and the
// candidate. The state says the rest.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// What the input adds to the sums of a step, (1, d) each.
struct GruInput {
  Matrix update, reset, candidate;
};

/// The new state (1, d), from the state before, h (1, d), and the matrices (d, d) of the update
/// gate, the reset gate and the candidate.
Matrix exercise_gru_step(const GruInput& x, const Matrix& h, const Matrix& w_update,
                         const Matrix& w_reset, const Matrix& w_candidate);

}  // namespace transformer
