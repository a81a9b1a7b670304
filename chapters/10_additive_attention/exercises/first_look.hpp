// Predict, then run: what does a look do before it has learned anything?
//
// A decoder looks at two words. Their keys are such that tanh(q + k) is 0.5 for the first one and
// -0.5 for the second, one number each, and their values are 1 and 3. The score is v times that
// number, and v begins as 0. Write down what you expect before you run the check. Two digits are
// enough.
#pragma once

namespace transformer {

/// What does the look give: the mixture of the values?
double mixture_at_first();

/// The loss wants the mixture to be smaller: the gradient of the mixture is 1. What is the gradient
/// of the first word's key?
double gradient_of_the_key();

/// And the gradient of v?
double gradient_of_v();

/// Later, v has grown to 1. Whatever keys and queries may be: what is the largest weight that the
/// first of the two words can come close to, and never exceed?
double limit_of_a_weight();

}  // namespace transformer
