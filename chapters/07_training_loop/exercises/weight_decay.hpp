// Write: weight decay for Adam, which does not go through the gradient.
//
// Large weights are often a sign of overfitting. So each step may take a small share of every
// parameter away: `rate * decay` of what it is before the step (AdamW, Loshchilov and Hutter 2019).
// Add it to the Adam in weight_decay.cpp. Where the gradient is 0, the decay is all that moves a
// parameter.
#pragma once

#include <span>

namespace transformer {

/// Step t, which counts from 1, of the parameters theta, with the moments m and v.
void exercise_adamw(int t, double rate, double decay, std::span<const double> g,
                    std::span<double> m, std::span<double> v, std::span<double> theta);

}  // namespace transformer
