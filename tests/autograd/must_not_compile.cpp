// What a writer of operations must not be able to write. Each case is one line, and must be refused
// by the compiler in that line; without a case the file compiles (must_not_compile.sh).
#include <vector>

#include "src/autograd/operations.hpp"
#include "src/autograd/parameter_store.hpp"

namespace transformer {

void write_values_and_gradients(Variable x, ParameterStore& store, ConstMatrixView constant) {
  copy_to(constant, Into::nowhere());
  store.at("w").value()(0, 0) = x.value()(0, 0);
#ifdef A_VALUE_IS_OVERWRITTEN_AFTER_IT_WAS_MADE
  x.value()(0, 0) = 1.0f;
#endif
#ifdef A_VALUE_IS_HANDED_TO_A_KERNEL_AS_THE_PLACE_OF_A_RESULT
  copy_to(constant, x.value());
#endif
#ifdef A_CONSTANT_INPUT_IS_OVERWRITTEN
  matmul(constant, constant, constant);
#endif
#ifdef A_PARAMETER_IS_OVERWRITTEN_THROUGH_ITS_VARIABLE
  store.add("w", 1, 1, Initial::zeros()).value()(0, 0) = 1.0f;
#endif
#ifdef A_GRADIENT_IS_OVERWRITTEN_FROM_OUTSIDE
  x.gradient()(0, 0) = 1.0f;
#endif
#ifdef A_PLACE_IS_TAKEN_OUT_OF_INTO
  const auto take = [=](const BackwardPass& pass) { MatrixView(pass.into(x)); };
#endif
#ifdef INTO_IS_ASKED_WHETHER_TO_ADD
  const auto ask = [=](const BackwardPass& pass) { (void)pass.into(x).adds_; };
#endif
#ifdef THE_GRADIENT_OF_AN_INPUT_IS_TAKEN_AROUND_INTO
  x.data().gradient(0, 0) = 1.0f;
#endif
}

Variable operate(Tape& tape, Variable x) {
  const auto nothing_forward = [](const ForwardPass&) {};
  const auto nothing_backward = [](const BackwardPass&) {};
  const std::vector<float> memory(3);
  const auto owner = [=](const BackwardPass& pass) { pass.dy(0, 0) = memory[0]; };
#ifdef AN_OPERATION_HAS_NO_BACKWARD_FUNCTION
  operation("f", {x}, x.shape(), nothing_forward);
#endif
#ifdef AN_OPERATION_NAMES_NO_INPUTS
  operation("f", x.shape(), nothing_forward, nothing_backward);
#endif
#ifdef A_RESULT_IS_MADE_WITHOUT_AN_OPERATION
  tape.make("f", {1, 1}, true);
#endif
#ifdef A_SECOND_BACKWARD_FUNCTION_IS_RECORDED_FOR_A_RESULT
  tape.record("f", {x}, x, nothing_backward);
#endif
#ifdef A_BACKWARD_FUNCTION_OWNS_MEMORY
  operation("f", {x}, x.shape(), nothing_forward, owner);
#endif
  (void)owner;
  return tape.operation("f", {x}, x.shape(), nothing_forward, nothing_backward);
}

void use_the_tape(Tape& tape, Variable x, MatrixView free, ConstMatrixView constant) {
  tape.multiply_by_weight(constant, x, free);
#ifdef A_BLOCK_OF_COLUMNS_IS_MADE_WITHOUT_ITS_TAPE_KNOWING
  tape.columns(x, 0, 1);
#endif
#ifdef AN_OBSERVER_IS_COPIED_OUT_OF_ITS_SCOPE
  auto kept = new Tape::Listening(*std::vector<Tape::Listening*>(1)[0]);
#endif
#ifdef AN_OBSERVER_IS_SET_WITHOUT_A_SCOPE
  tape.observe_with({});
#endif
#ifdef A_PRODUCT_IS_PACKED_BY_ADDRESS
  tape.multiply_by_weight(constant, constant, free);
#endif
}

}  // namespace transformer
