// Compares the chapter's piece with what PyTorch computed.

#include "src/book/reference.hpp"
#include "chapters/00_tensors_and_matmul/program/measurements.hpp"
#include "src/autograd/operations.hpp"
#include "src/autograd/parameter_store.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {

void check_reference(ReferenceCheck& check) {
  const Matrix a = check.input("a"), b = check.input("b");
  Matrix ab = zeros(7, 9);
  for (const Product& step : ladder()) {
    step.matmul(view_of(a), view_of(b), view_of(ab));
    check.compare("outputs/ab", view_of(ab));
  }

  // y = relu(x w + b), and the gradients of sum(y * dy).
  ParameterStore store(0);
  const Variable w = store.add("w", 5, 4, {}), bias = store.add("b", 1, 4, {});
  check.load_values(store);
  const Matrix x_value = check.input("x"), dy = check.input("dy");
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(x_value), true);
  const Variable y = linear(x, w, bias, map_id<Relu>);
  tape.backward(y, view_of(dy));
  check.compare("outputs/linear", linear(x, w, bias).value());
  check.compare("outputs/y", y.value());
  check.compare("outputs/loss", inner_product(y.value(), view_of(dy)));
  check.compare("gradients/x", x.gradient());
  check.compare_gradients(store);
}

}  // namespace transformer
