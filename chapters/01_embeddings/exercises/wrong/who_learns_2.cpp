// The check says: five places, but not five tokens
#include "chapters/01_embeddings/exercises/who_learns.hpp"

namespace transformer {

double predicted_largest() { return 36.0; }
double predicted_row_5() { return 8.0; }
int predicted_rows() { return 5; }
double predicted_ratio() { return 1.414; }

}  // namespace transformer
