// What tests of operations and of whole models share: numbers to start from, a tape to run them on,
// and the way from there to a gradient check.
#pragma once

#include <deque>
#include <vector>

#include "src/autograd/parameter_store.hpp"
#include "src/autograd/tape.hpp"
#include "src/tensor/tensor.hpp"
#include "tests/support/close.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/gradient_check.hpp"
#include "tests/support/kernel_cases.hpp"

namespace transformer::test {

/// Adds numbers from [-0.5, 0.5) to every parameter: a bias of zeros or a gain of ones would hide
/// mistakes.
inline void shake(ParameterStore& store) {
  std::uint64_t seed = 100;
  for (const Parameter& parameter : store.parameters()) {
    const MatrixView value = parameter.value();
    const Matrix noise = random_matrix({value.n_rows, value.n_columns}, ++seed, 0.5f);
    for (Index i = 0; i < value.size(); ++i) value.data[i] += noise.data()[i];
  }
}

/// The parameters' values in double precision, in the order of the store.
inline DoubleMatrices values_of(const ParameterStore& store) {
  DoubleMatrices values;
  for (const Parameter& parameter : store.parameters()) {
    values.push_back(matrix_of<double>(parameter.variable.value()));
  }
  return values;
}

/// The parameters' gradients, in the order of the store.
inline std::vector<ConstMatrixView> gradients_of(const ParameterStore& store) {
  std::vector<ConstMatrixView> gradients;
  for (const Parameter& parameter : store.parameters()) {
    gradients.push_back(parameter.variable.gradient());
  }
  return gradients;
}

/// The sum of all products of elements at the same place: with random weights as one factor it
/// makes a loss from a matrix, whose gradient is those weights.
inline double inner_product(const MatrixOf<double>& a, const Matrix& b) {
  double sum = 0.0;
  for (size_t i = 0; i < a.size(); ++i) sum += a.data()[i] * static_cast<double>(b.data()[i]);
  return sum;
}

/// A tape in the middle of training, and a store for parameters.
struct OnTape {
  static constexpr std::uint64_t seed = 3;
  static constexpr std::uint32_t step = 5;

  Threads threads{2};
  Tape tape{threads};
  ParameterStore store{7};

  OnTape() { tape.begin(Mode::training, seed, step); }

  /// An input (n_rows, n_columns) of random numbers, with a gradient.
  Variable variable(Index n_rows, Index n_columns) {
    const Shape shape{n_rows, n_columns};
    return tape.input(view_of(inputs_.emplace_back(random_matrix(shape, inputs_.size()))), true);
  }

  /// The random key of the step's dropout number `site`.
  static RandomKey key(std::uint32_t site) { return {seed, step, site}; }

 private:
  std::deque<Matrix> inputs_;  // which outlive the step
};

/// Compares a piece with its oracle, forward and backward, on each instruction set.
///   piece(variables) -> Variable:  what is tested, made of variables with the given `inputs`;
///   oracle(matrices) -> matrix:    the formula in double precision, of the store's parameters in
///                                  order and then the inputs.
template <class Piece, class Oracle>
void check_piece(OnTape& on, const std::vector<Matrix>& inputs, const Piece& piece,
                 const Oracle& oracle, double tolerance = 2e-6) {
  DoubleMatrices matrices = values_of(on.store);
  for (const Matrix& input : inputs) matrices.push_back(matrix_of<double>(view_of(input)));
  under_every_instruction_set([&] {
    on.tape.begin(Mode::training, OnTape::seed, OnTape::step);
    on.store.forget_gradients();
    std::vector<Variable> variables;
    for (const Matrix& input : inputs) variables.push_back(on.tape.input(view_of(input), true));
    const Variable y = piece(variables);
    BOOST_TEST(close(ConstMatrixView(y.value()), oracle(matrices), tolerance));

    const Matrix dy = random_matrix({y.n_rows(), y.n_columns()}, 99, 1.0f);
    on.tape.backward(y, view_of(dy));
    on.store.complete_gradients();
    std::vector<ConstMatrixView> gradients = gradients_of(on.store);
    for (const Variable x : variables) gradients.push_back(x.gradient());
    const auto loss = [&](const DoubleMatrices& m) { return inner_product(oracle(m), dy); };
    BOOST_TEST(check_gradient(loss, matrices, gradients, {.tolerance = tolerance}));
  });
}

}  // namespace transformer::test
