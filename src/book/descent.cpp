#include "src/book/descent.hpp"

#include <functional>
#include <numeric>

#include "src/tensor/tensor.hpp"

namespace transformer {

void descend(ParameterStore& store, float rate) {
  store.complete_gradients();
  for (const Parameter& parameter : store.parameters()) {
    scale_to(parameter.variable.gradient(), -rate, Into::adding_to(parameter.value()));
  }
}

double learn_classes(Variable logits, std::span<const TokenId> right) {
  std::vector<float> losses(right.size());
  Matrix dlogits = zeros(logits.n_rows(), logits.n_columns());
  cross_entropy(logits.value(), right, 0.0f, 1.0f / static_cast<float>(right.size()), losses,
                view_of(dlogits));
  logits.tape().backward(logits, view_of(dlogits));
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(right.size());
}

double learn_step(ParameterStore& store, Tape& tape, std::span<const TokenId> right, float rate,
                  FunctionRef<Variable(Tape&)> logits_on) {
  store.forget_gradients();
  tape.begin(Mode::training);
  const double loss = learn_classes(logits_on(tape), right);
  descend(store, rate);
  return loss;
}

std::vector<TokenId> likeliest(ConstMatrixView logits) {
  std::vector<TokenId> classes;
  for (Index i = 0; i < logits.n_rows; ++i) {
    classes.push_back(most_likely({logits.row(i), static_cast<size_t>(logits.n_columns)}));
  }
  return classes;
}

Index n_right(ConstMatrixView logits, std::span<const TokenId> right) {
  const std::vector<TokenId> found = likeliest(logits);
  return std::inner_product(found.begin(), found.end(), right.begin(), Index{0}, std::plus<>(),
                            std::equal_to<>());
}

}  // namespace transformer
