#include "chapters/00_tensors_and_matmul/exercises/strides.hpp"

namespace transformer {

int predicted_start() { return -1; }
int predicted_n_columns() { return -1; }
int predicted_stride() { return -1; }
int predicted_number() { return -1; }
int predicted_zeros() { return -1; }

}  // namespace transformer
