#include "chapters/04_multi_head_attention/exercises/predict_heads.hpp"

#include <cmath>

namespace transformer {

double predicted_parameters_with_8_heads() { return NAN; }

double predicted_maps() { return NAN; }

double predicted_first_column_of_head_2() { return NAN; }

double predicted_changed_columns_of_head_0() { return NAN; }

}  // namespace transformer
