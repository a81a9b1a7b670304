// The check says: a softmax takes exponentials first
#include "chapters/03_scaled_dot_product_attention/exercises/predict_weights.hpp"

#include <cmath>

namespace transformer {

double predicted_after_adding_5_to_all_scores() { return 7.0 / 17; }

double predicted_after_doubling_all_values() { return 0.705; }

double predicted_ratio_after_doubling_all_keys() { return std::exp(2.0); }

double predicted_with_the_first_key_twice() { return 0.705 / (1 + 0.705); }

}  // namespace transformer
