// Predict, then run: inner products of places.
//
// d_model is 16, so a place has 8 pairs of sine and cosine. PE(0) . PE(3) is 5.54. Write down what
// you expect before the check tells, as the return values of three functions in
// predict_products.cpp; two decimals are enough.
#pragma once

namespace transformer {

/// PE(7) . PE(7)
double predicted_product_with_itself();

/// PE(300) . PE(303)
double predicted_product_of_300_and_303();

/// The square of the distance from PE(0) to PE(3): the sum of the squares of all 16 differences.
double predicted_square_of_distance();

}  // namespace transformer
