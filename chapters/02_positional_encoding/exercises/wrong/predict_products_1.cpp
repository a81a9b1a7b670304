// The check says: 16 numbers, but two of them together make 1
#include "chapters/02_positional_encoding/exercises/predict_products.hpp"

#include <cmath>

namespace transformer {

double predicted_product_with_itself() { return 16; }

double predicted_product_of_300_and_303() { return 5.54; }

double predicted_square_of_distance() { return 2 * 16 - 2 * 5.54; }

}  // namespace transformer
