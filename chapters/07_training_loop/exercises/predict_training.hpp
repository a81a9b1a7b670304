// Predict, then run: what a loss, an Adam and a schedule will say.
//
// Write your predictions into predict_training.cpp, as numbers or as formulas. The check runs the
// experiments and says what came out.
#pragma once

namespace transformer {

/// A model gives all 15 tokens the same probability. What is its loss with label smoothing,
/// epsilon_ls = 0.1?
double loss_of_equal_probabilities();

/// What is the sum of the 15 derivatives of that loss by the logits?
double sum_of_the_gradient();

/// All gradients become 1000 times larger. How many times longer is Adam's first step?
double first_step_of_large_gradients();

/// warmup_steps becomes 8000 and was 4000. By which factor does the highest rate change?
double peak_of_twice_the_warm_up();

/// And the rate at step 20000?
double later_rate_of_twice_the_warm_up();

}  // namespace transformer
