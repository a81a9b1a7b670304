// The check says: the root of d_model * warmup_steps
#include "chapters/07_training_loop/exercises/predict_training.hpp"

#include <cmath>

namespace transformer {

double loss_of_equal_probabilities() { return std::log(15.0); }

double sum_of_the_gradient() { return 0.0; }

double first_step_of_large_gradients() { return 1.0; }

double peak_of_twice_the_warm_up() { return 0.5; }

double later_rate_of_twice_the_warm_up() { return 1.0; }

}  // namespace transformer
