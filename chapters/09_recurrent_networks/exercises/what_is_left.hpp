// Predict, then run: what comes back from a long way?
//
// Four small experiments with gradients through time. Write down what you expect before you run the
// check, which makes the experiments and tells you where you were surprised. Two digits are enough.
#pragma once

namespace transformer {

/// A plain cell whose weight is half of a rotation (a radius of 0.5) reads ten vectors of zeros, so
/// that its states stay 0. A gradient of length 1 comes to the last state. How long is what comes
/// back to the state ten steps before?
double left_by_the_plain_cell();

/// The memory c of an LSTM whose input gate is shut and whose forget gate has a sum of 0 at every
/// step. The gradient of the last c is 1. What is the gradient of the c three steps before?
double left_by_the_forget_gate();

/// The same plain cell reads ten vectors, and the way back is cut after every four steps (before
/// steps 4 and 8, counted from 0). How long is the gradient of what it read at step 5?
double before_the_cut();

/// A cell without tanh, of one number: h_1 = w h_0, h_2 = w h_1, with h_0 = 1 and w = 3. What is
/// the derivative of h_2 by w?
double sum_of_two_uses();

}  // namespace transformer
