#include <cmath>

#include "tests/support/on_tape.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

constexpr float epsilon_ls = 0.1f;

/// The whole of a training step up to the update: a batch, its loss and all gradients, beside the
/// loss by the plain formulas in double precision, with the same dropout.
struct WholeModel : OnTape {
  ModelConfig config;
  SmallModel small;
  TranslationBatch batch = random_batch(4, {.n_sentences = 3, .shortest = 2, .longest = 5});

  explicit WholeModel(const ModelConfig& sizes) : config(sizes), small(sizes) {
    shake(small.store);
  }

  double loss_and_gradients() {
    tape.begin(Mode::training, seed, step);
    small.store.forget_gradients();
    const Variable memory = small.model.encode(tape, batch.source);
    const Variable y = small.model.decode(batch.target_input, memory, batch.source.segments());
    const Variable loss = projected_cross_entropy(y, small.model.embedding().table(),
                                                  batch.target_output, epsilon_ls);
    tape.backward(loss);
    return double{loss.value()(0, 0)};
  }

  double loss_by_formula(const DoubleMatrices& values) const {
    return formula::mean_cross_entropy(
        logits_by_formula(small.store, values, config, batch.source, batch.target_input, key(0)),
        batch.target_output, epsilon_ls);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(gradients_of_the_whole_model)

BOOST_AUTO_TEST_CASE(every_element_of_every_gradient_is_the_numeric_one) {
  WholeModel whole({.d_model = 4, .d_ff = 6, .n_heads = 2, .n_layers = 2, .p_drop = 0.2f});
  const DoubleMatrices values = values_of(whole.small.store);
  const auto loss = [&](const DoubleMatrices& m) { return whole.loss_by_formula(m); };
  BOOST_TEST(std::abs(whole.loss_and_gradients() - loss(values)) < 1e-5);
  BOOST_TEST(check_gradient(loss, values, gradients_of(whole.small.store), {.tolerance = 1e-5}));

  // The numeric derivatives are the same for the other instruction sets: compare with these.
  DoubleMatrices checked;
  for (const ConstMatrixView g : gradients_of(whole.small.store)) {
    checked.push_back(matrix_of<double>(g));
  }
  under_every_instruction_set([&] {
    whole.loss_and_gradients();
    const std::vector<ConstMatrixView> gradients = gradients_of(whole.small.store);
    for (size_t i = 0; i < gradients.size(); ++i) {
      BOOST_TEST(close(gradients[i], checked[i], 1e-5), whole.small.store.parameters()[i].path);
    }
  });
}

BOOST_AUTO_TEST_CASE(the_derivative_along_the_gradient_is_its_length) {
  // Sizes that fill registers. Along the normalised gradient the derivative is as large as it can
  // be, so that rounding is as small beside it as it can be.
  WholeModel whole({.d_model = 32, .d_ff = 48, .n_heads = 4, .n_layers = 3, .p_drop = 0.1f});
  whole.batch = random_batch(9, {.n_sentences = 6, .shortest = 1, .longest = 12});
  under_every_instruction_set([&] {
    whole.loss_and_gradients();
    DoubleMatrices direction;
    double squares = 0.0;
    for (const ConstMatrixView g : gradients_of(whole.small.store)) {
      direction.push_back(matrix_of<double>(g));
      squares += xt::sum(direction.back() * direction.back())();
    }
    const double length = std::sqrt(squares);
    const auto loss_at = [&](double t) {
      DoubleMatrices values = values_of(whole.small.store);
      for (size_t i = 0; i < values.size(); ++i) values[i] += t / length * direction[i];
      return whole.loss_by_formula(values);
    };
    // So short a step that none of ReLU's kinks lies on the way.
    const double step = 1e-6, numeric = (loss_at(step) - loss_at(-step)) / (2 * step);
    BOOST_TEST(std::abs(numeric / length - 1.0) < 1e-5);
  });
}

BOOST_AUTO_TEST_CASE(every_parameter_gets_a_gradient_that_is_not_zero) {
  WholeModel whole(small_config());
  whole.loss_and_gradients();
  for (const Parameter& parameter : whole.small.store.parameters()) {
    BOOST_TEST_CONTEXT(parameter.path) {
      BOOST_TEST(parameter.variable.has_gradient());
      const ConstMatrixView g = parameter.variable.gradient();
      const auto n_zeros = std::count(g.data, g.data + g.size(), 0.0f);
      BOOST_TEST(n_zeros < g.size() / 2);  // words that the batch lacks, units that ReLU shuts
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
