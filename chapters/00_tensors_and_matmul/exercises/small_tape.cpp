#include "chapters/00_tensors_and_matmul/exercises/small_tape.hpp"

namespace transformer {

int SmallTape::multiply(int a, int b) { return input(0.0); }

int SmallTape::relu(int a) { return input(0.0); }

void SmallTape::backward(int loss) {}

}  // namespace transformer
