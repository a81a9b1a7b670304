#include "chapters/00_tensors_and_matmul/exercises/small_tape.hpp"

namespace transformer {

int SmallTape::multiply(int a, int b) {
  const int y = input(values[a] * values[b]);
  records.push_back([=, this] {
    gradients[a] += gradients[y] * values[b];
    gradients[b] += gradients[y] * values[a];
  });
  return y;
}

int SmallTape::relu(int a) {
  const int y = input(values[a] > 0.0 ? values[a] : 0.0);
  records.push_back([=, this] {
    if (values[a] > 0.0) gradients[a] += gradients[y];
  });
  return y;
}

void SmallTape::backward(int loss) {
  gradients.assign(values.size(), 0.0);
  gradients[loss] = 1.0;
  for (auto record = records.rbegin(); record != records.rend(); ++record) (*record)();
}

}  // namespace transformer
