// Checks small_tape on products, on a number that is used twice, and on a small network.
#include "chapters/00_tensors_and_matmul/exercises/small_tape.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

void check_product(Exercise& exercise) {
  SmallTape tape;
  const int a = tape.input(3.0), b = tape.input(5.0), y = tape.multiply(a, b);
  tape.backward(y);
  exercise.expect("3 * 5", tape.values[y], 15.0, "multiply computes its result, too");
  exercise.expect("derivative of y = a b by y", tape.gradients[y], 1.0,
                  "the loss changes with itself as 1 to 1: backward begins with that");
  exercise.expect("derivative of a b by a, at a = 3 and b = 5", tape.gradients[a], 5.0,
                  {{3.0, "that is a itself: the derivative of a b by a is the other factor"},
                   {1.0, "a product passes on the gradient times the other factor"}},
                  "if a grows by 1, a b grows by b");
  exercise.expect("derivative of a b by b, at a = 3 and b = 5", tape.gradients[b], 3.0,
                  "if b grows by 1, a b grows by a");
}

void check_relu(Exercise& exercise) {
  for (const double value : {2.0, -2.0, 0.0}) {
    SmallTape tape;
    const int a = tape.input(value), y = tape.relu(a);
    tape.backward(y);
    exercise.expect("relu", tape.values[y], value > 0.0 ? value : 0.0, "max(0, a)");
    exercise.expect("derivative of relu", tape.gradients[a], value > 0.0 ? 1.0 : 0.0,
                    "1 where a is positive, 0 elsewhere: a constant does not change");
  }
}

void check_second_use(Exercise& exercise) {
  SmallTape tape;
  const int x = tape.input(3.0), y = tape.multiply(x, x);
  tape.backward(y);
  exercise.expect("derivative of x * x at 3", tape.gradients[x], 6.0,
                  {{3.0, "x is used twice and gets something from both uses: add, not replace"}},
                  "x is used twice");
  tape.backward(y);
  exercise.expect("derivative of x * x, found a second time", tape.gradients[x], 6.0,
                  "backward begins anew: all gradients are 0 before it starts");
}

void check_network(Exercise& exercise) {
  SmallTape tape;  // relu(x w + b) v, as on the page
  const int x = tape.input(2.0), w = tape.input(1.5), b = tape.input(0.5), v = tape.input(-2.0);
  const int h = tape.relu(tape.add(tape.multiply(x, w), b)), loss = tape.multiply(h, v);
  tape.backward(loss);
  const char* const order = "a record runs when the gradient of its result is there: last to first";
  exercise.expect("relu(x w + b) v", tape.values[loss], -7.0, "");
  exercise.expect("its derivative by v", tape.gradients[v], 3.5, "");
  exercise.expect("its derivative by b", tape.gradients[b], -2.0, {{0.0, order}});
  exercise.expect("its derivative by x", tape.gradients[x], -3.0, {{0.0, order}});
  exercise.expect("its derivative by w", tape.gradients[w], -4.0, {{0.0, order}});
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("small_tape");
  check_product(exercise);
  check_relu(exercise);
  check_second_use(exercise);
  check_network(exercise);
  return exercise.finish();
}
