// The check says: a row of m is eight numbers long
#include "chapters/00_tensors_and_matmul/exercises/strides.hpp"

namespace transformer {

int predicted_start() { return 11; }
int predicted_n_columns() { return 4; }
int predicted_stride() { return 8; }
int predicted_number() { return 35; }
int predicted_zeros() { return 13; }

}  // namespace transformer
