#include "chapters/01_embeddings/embedding.hpp"

#include <cmath>

#include "src/autograd/operations.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

BOOST_FIXTURE_TEST_SUITE(embeddings, OnTape)

BOOST_AUTO_TEST_CASE(a_token_becomes_its_row_times_the_root_of_d_model) {
  const Embedding embedding(store, "embedding", 5, 16);
  const std::vector<TokenId> tokens = {3, 0, 3};
  const ConstMatrixView x = embedding(tape, tokens).value();
  BOOST_REQUIRE(x.n_rows == 3);
  for (Index i = 0; i < 3; ++i) {
    const float* row = embedding.table().value().row(tokens[i]);
    for (Index j = 0; j < 16; ++j) BOOST_TEST(x(i, j) == 4.0f * row[j]);
  }
}

BOOST_AUTO_TEST_CASE(elements_start_with_variance_one_after_the_factor) {
  const Index n_vocabulary = 1000, d_model = 64;
  const Embedding embedding(store, "embedding", n_vocabulary, d_model);
  std::vector<TokenId> all;
  for (TokenId token = 0; token < n_vocabulary; ++token) all.push_back(token);
  const ConstMatrixView x = embedding(tape, all).value();
  double sum_of_squares = 0.0;
  for (Index i = 0; i < x.size(); ++i) sum_of_squares += std::pow(double{x.data[i]}, 2);
  // The deviation of this mean is sqrt(0.8 / 64000) = 0.0035: four of them.
  BOOST_TEST(std::abs(sum_of_squares / static_cast<double>(x.size()) - 1.0) < 4 * 0.0036);
}

BOOST_AUTO_TEST_CASE(a_token_that_stands_three_times_gets_the_sum_of_three_gradients) {
  const Embedding embedding(store, "embedding", 6, 5);
  const std::vector<TokenId> tokens = {2, 0, 2, 5, 2, 0};
  check_piece(
      *this, {}, [&](const auto&) { return embedding(tape, tokens); },
      [&](const DoubleMatrices& m) {
        MatrixOf<double> x = zeros<double>(6, 5);
        for (size_t i = 0; i < 6; ++i) xt::row(x, i) = std::sqrt(5.0) * xt::row(m[0], tokens[i]);
        return x;
      });
  // The check above saw the numbers; these are zeros to the last bit.
  for (const Index unused : {1, 3, 4}) {
    const float* row = embedding.table().gradient().row(unused);
    BOOST_TEST(std::all_of(row, row + 5, [](float g) { return g == 0.0f; }));
  }
}

BOOST_AUTO_TEST_CASE(two_lookups_in_one_table_add_their_gradients) {
  const Embedding embedding(store, "embedding", 4, 3);
  const std::vector<TokenId> source = {1, 2}, target = {2, 3};
  check_piece(
      *this, {}, [&](const auto&) { return add(embedding(tape, source), embedding(tape, target)); },
      [&](const DoubleMatrices& m) {
        MatrixOf<double> x = zeros<double>(2, 3);
        for (size_t i = 0; i < 2; ++i) {
          xt::row(x, i) = std::sqrt(3.0) * (xt::row(m[0], source[i]) + xt::row(m[0], target[i]));
        }
        return x;
      });
}

BOOST_AUTO_TEST_SUITE_END()
