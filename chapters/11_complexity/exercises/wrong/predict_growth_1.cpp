// The check says: every word meets every word
#include "chapters/11_complexity/exercises/predict_growth.hpp"

#include <cmath>

namespace transformer {

double predicted_factor() { return 1; }

double predicted_share_under_a_mask() { return 1; }

double predicted_waiting_products() { return 20; }

double predicted_layers() { return 5; }

double predicted_layers_of_blocks() { return 0; }

}  // namespace transformer
