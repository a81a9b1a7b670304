#include "chapters/05_encoder/encoder.hpp"

#include "src/book/model_formulas.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using Variables = std::vector<Variable>;

const std::vector<Index> three_sentences = {0, 4, 5, 11};
const Segments some{three_sentences};

ModelConfig small_config(float p_drop) {
  return {.d_model = 8, .d_ff = 12, .n_heads = 2, .n_layers = 2, .p_drop = p_drop};
}

/// Dropout as the oracle draws it: from the first site of the fixture's step on.
formula::DropoutSites sites(float p_drop) { return {p_drop, OnTape::key(0)}; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(encoder, OnTape)

// ---- Residual connection and layer normalisation ------------------------------------------------

BOOST_AUTO_TEST_CASE(one_of_four_has_the_normalised_value_root_three) {
  const ResidualNorm norm(store, "norm", {.d_model = 4, .p_drop = 0.0f});
  Matrix x = {{1.0f, 0.0f, 0.0f, 0.0f}}, sublayer = zeros(1, 4);
  const ConstMatrixView y = norm(tape.input(view_of(x)), tape.input(view_of(sublayer))).value();
  // Mean 1/4, variance 3/16: (1 - 1/4) / sqrt(3/16) = sqrt(3), a little less for epsilon.
  BOOST_TEST(std::abs(y(0, 0) - 1.732f) < 5e-5f);
  for (const Index j : {1, 2, 3}) BOOST_TEST(std::abs(y(0, j) + 0.57735f) < 5e-5f);
}

BOOST_AUTO_TEST_CASE(a_row_of_equal_numbers_becomes_the_bias) {
  const ResidualNorm norm(store, "norm", {.d_model = 16, .p_drop = 0.0f});
  shake(store);
  Matrix x = zeros(2, 16), sublayer = zeros(2, 16);
  x.fill(3.0f);
  const ConstMatrixView y = norm(tape.input(view_of(x)), tape.input(view_of(sublayer))).value();
  const ConstMatrixView bias = store.at("norm.bias").value();
  for (Index j = 0; j < 16; ++j) BOOST_TEST(std::abs(y(1, j) - bias(0, j)) < 1e-6f);
}

BOOST_AUTO_TEST_CASE(residual_norm_drops_the_same_elements_both_ways) {
  for (const float p_drop : {0.0f, 0.4f}) {
    ParameterStore& own = store;
    const std::string path = p_drop > 0.0f ? "dropping" : "keeping";
    const ResidualNorm norm(own, path, small_config(p_drop));
    shake(own);
    check_piece(
        *this, {random_matrix({5, 8}, 1), random_matrix({5, 8}, 2)},
        [&](const Variables& v) { return norm(v[0], v[1]); },
        [&](const DoubleMatrices& m) {
          formula::DropoutSites dropout = sites(p_drop);
          return formula::residual_norm(formula::Weights(own, m), path, m[m.size() - 2], m.back(),
                                        dropout);
        });
  }
}

BOOST_AUTO_TEST_CASE(residual_norm_refuses_a_sublayer_of_another_shape) {
  const ResidualNorm norm(store, "norm", small_config(0.1f));
  BOOST_TEST(fails(ExitCode::internal, "residual_norm: x is (3, 8), sublayer is (2, 8)",
                   [&] { norm(variable(3, 8), variable(2, 8)); }));
}

// ---- Feed-forward -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(feed_forward_is_two_linear_maps_with_relu_between) {
  const FeedForward feed_forward(store, "feed_forward", small_config(0.1f));
  shake(store);
  check_piece(
      *this, {random_matrix({6, 8}, 1)}, [&](const Variables& v) { return feed_forward(v[0]); },
      [&](const DoubleMatrices& m) {
        return formula::feed_forward(formula::Weights(store, m), "feed_forward", m.back());
      });
}

BOOST_AUTO_TEST_CASE(feed_forward_treats_every_position_alike) {
  const FeedForward feed_forward(store, "feed_forward", small_config(0.1f));
  Matrix x = random_matrix({6, 8}, 1);
  xt::row(x, 4) = xt::row(x, 1);
  under_every_instruction_set([&] {
    tape.begin(Mode::inference);
    const ConstMatrixView y = feed_forward(tape.input(view_of(x))).value();
    BOOST_TEST(same_bits(y.rows(1, 2), y.rows(4, 5)));
    BOOST_TEST(!same_bits(y.rows(1, 2), y.rows(2, 3)));
  });
}

// ---- Layers and the stack -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_encoder_layer_and_all_its_gradients) {
  for (const float p_drop : {0.0f, 0.3f}) {
    const std::string path = p_drop > 0.0f ? "dropping" : "keeping";
    const EncoderLayer layer(store, path, small_config(p_drop));
    shake(store);
    check_piece(
        *this, {random_matrix({11, 8}, 1)}, [&](const Variables& v) { return layer(v[0], some); },
        [&](const DoubleMatrices& m) {
          formula::DropoutSites dropout = sites(p_drop);
          return formula::encoder_layer(formula::Weights(store, m), path, m.back(), some, 2,
                                        dropout);
        },
        1e-5);
  }
}

BOOST_AUTO_TEST_CASE(the_encoder_is_its_layers_one_after_the_other) {
  const Encoder encoder(store, "encoder", small_config(0.2f));
  shake(store);
  check_piece(
      *this, {random_matrix({11, 8}, 1)}, [&](const Variables& v) { return encoder(v[0], some); },
      [&](const DoubleMatrices& m) {
        const formula::Weights weights(store, m);
        formula::DropoutSites dropout = sites(0.2f);
        MatrixOf<double> x = m.back();
        for (const std::string layer : {"encoder.layer_0", "encoder.layer_1"}) {
          x = formula::encoder_layer(weights, layer, x, some, 2, dropout);
        }
        return x;
      },
      2e-5);
}

BOOST_AUTO_TEST_CASE(without_positions_the_encoder_does_not_know_the_order_of_its_input) {
  // Section 3.5: the model contains no recurrence and no convolution, hence the encoding.
  const Encoder encoder(store, "encoder", small_config(0.0f));
  const std::vector<Index> offsets = {0, 5};
  const Matrix x = random_matrix({5, 8}, 1);
  Matrix reversed = x;
  for (size_t i = 0; i < 5; ++i) xt::row(reversed, i) = xt::row(x, 4 - i);
  tape.begin(Mode::inference);
  const ConstMatrixView y = encoder(tape.input(view_of(x)), {offsets}).value();
  const ConstMatrixView z = encoder(tape.input(view_of(reversed)), {offsets}).value();
  for (Index i = 0; i < 5; ++i) {
    BOOST_TEST(close(y.rows(i, i + 1), matrix_of<double>(z.rows(4 - i, 5 - i)), 1e-5));
  }
}

BOOST_AUTO_TEST_SUITE_END()
