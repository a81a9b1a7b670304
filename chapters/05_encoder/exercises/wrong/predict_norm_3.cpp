// The check says: raising all four together changes nothing
#include "chapters/05_encoder/exercises/predict_norm.hpp"

#include <cmath>

namespace transformer {

double predicted_two_and_two() { return 1; }

double predicted_hundred() { return std::sqrt(3); }

double predicted_one_of_512() { return std::sqrt(511); }

double predicted_constant() { return 0; }

double predicted_sum_of_gradient() { return 10; }

}  // namespace transformer
