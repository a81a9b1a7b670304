#include "chapters/01_embeddings/exercises/who_learns.hpp"

namespace transformer {

double predicted_largest() { return -1.0; }
double predicted_row_5() { return -1.0; }
int predicted_rows() { return -1; }
double predicted_ratio() { return -1.0; }

}  // namespace transformer
