// The check says: that is the encoding, divided by the vector
#include "chapters/01_embeddings/exercises/who_learns.hpp"

namespace transformer {

double predicted_largest() { return 36.0; }
double predicted_row_5() { return 8.0; }
int predicted_rows() { return 3; }
double predicted_ratio() { return 0.7071; }

}  // namespace transformer
