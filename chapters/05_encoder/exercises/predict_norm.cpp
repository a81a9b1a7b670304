#include "chapters/05_encoder/exercises/predict_norm.hpp"

#include <cmath>

namespace transformer {

double predicted_two_and_two() { return NAN; }

double predicted_hundred() { return NAN; }

double predicted_one_of_512() { return NAN; }

double predicted_constant() { return NAN; }

double predicted_sum_of_gradient() { return NAN; }

}  // namespace transformer
