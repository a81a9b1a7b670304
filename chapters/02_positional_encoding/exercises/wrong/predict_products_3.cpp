// The check says: and the product twice
#include "chapters/02_positional_encoding/exercises/predict_products.hpp"

#include <cmath>

namespace transformer {

double predicted_product_with_itself() { return 8; }

double predicted_product_of_300_and_303() { return 5.54; }

double predicted_square_of_distance() { return 8 - 5.54; }

}  // namespace transformer
