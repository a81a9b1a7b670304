#include "chapters/01_embeddings/exercises/who_learns.hpp"

namespace transformer {

double predicted_largest() { return 36.0; }
double predicted_row_5() { return 8.0; }
int predicted_rows() { return 3; }
double predicted_ratio() { return 1.414; }

}  // namespace transformer
