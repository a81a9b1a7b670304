#include "chapters/11_complexity/exercises/predict_growth.hpp"

#include <cmath>

namespace transformer {

double predicted_factor() { return NAN; }

double predicted_share_under_a_mask() { return NAN; }

double predicted_waiting_products() { return NAN; }

double predicted_layers() { return NAN; }

double predicted_layers_of_blocks() { return NAN; }

}  // namespace transformer
