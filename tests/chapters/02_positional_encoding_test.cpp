#include "chapters/02_positional_encoding/positional_encoding.hpp"

#include <cmath>

#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

constexpr Index n_positions = 256;
constexpr Index d_model = 64;
const Matrix table = sinusoids(n_positions, d_model);

/// The angle by which pair i of the columns turns from one position to the next.
double frequency(Index i) { return std::pow(10000.0, -2.0 * static_cast<double>(i) / d_model); }

/// PE(p) . PE(q)
double inner_product_of_rows(Index p, Index q) {
  double sum = 0.0;
  for (Index j = 0; j < d_model; ++j) sum += double{table(p, j)} * double{table(q, j)};
  return sum;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(positional_encoding, OnTape)

// ---- The table ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_table_is_the_formula_of_the_paper) {
  const Index width = 512, length = 1000;
  const Matrix paper = sinusoids(length, width);
  long double worst = 0.0L;
  for (Index pos = 0; pos < length; ++pos) {
    for (Index i = 0; i < width / 2; ++i) {
      const long double exponent = 2.0L * static_cast<long double>(i) / width;
      const long double angle = static_cast<long double>(pos) / std::pow(10000.0L, exponent);
      worst = std::max(worst, std::abs(paper(pos, 2 * i) - std::sin(angle)));
      worst = std::max(worst, std::abs(paper(pos, 2 * i + 1) - std::cos(angle)));
    }
  }
  BOOST_TEST(worst < 0x1p-24L);  // the nearest float, or next to it
}

BOOST_AUTO_TEST_CASE(the_first_position_is_zero_one_zero_one) {
  for (Index i = 0; i < d_model / 2; ++i) {
    BOOST_TEST(table(0, 2 * i) == 0.0f);
    BOOST_TEST(table(0, 2 * i + 1) == 1.0f);
  }
}

BOOST_AUTO_TEST_CASE(a_shift_is_a_rotation_that_does_not_depend_on_the_position) {
  // PE(p + k) = R_k PE(p): each pair of columns turns by k times its frequency.
  double worst = 0.0;
  for (const Index k : {1, 7, 100}) {
    for (Index p = 0; p + k < n_positions; ++p) {
      for (Index i = 0; i < d_model / 2; ++i) {
        const double turn = static_cast<double>(k) * frequency(i);
        const double sine = table(p, 2 * i), cosine = table(p, 2 * i + 1);
        const double new_sine = sine * std::cos(turn) + cosine * std::sin(turn);
        const double new_cosine = cosine * std::cos(turn) - sine * std::sin(turn);
        worst = std::max(worst, std::abs(table(p + k, 2 * i) - new_sine));
        worst = std::max(worst, std::abs(table(p + k, 2 * i + 1) - new_cosine));
      }
    }
  }
  BOOST_TEST(worst < 2e-7);
}

BOOST_AUTO_TEST_CASE(the_inner_product_of_two_positions_depends_on_their_distance_only) {
  for (const Index distance : {0, 1, 5, 50}) {
    double expected = 0.0;
    for (Index i = 0; i < d_model / 2; ++i) {
      expected += std::cos(static_cast<double>(distance) * frequency(i));
    }
    double worst = 0.0;
    for (Index p = 0; p + distance < n_positions; ++p) {
      worst = std::max(worst, std::abs(inner_product_of_rows(p, p + distance) - expected));
    }
    BOOST_TEST(worst < 2e-6);
  }
}

BOOST_AUTO_TEST_CASE(no_two_positions_are_alike) {
  // What is nearest to a position, its neighbour, is still well apart: |PE(p) - PE(q)|^2.
  for (Index distance = 1; distance < n_positions; ++distance) {
    const double apart = 2 * (inner_product_of_rows(0, 0) - inner_product_of_rows(0, distance));
    BOOST_TEST(apart > 1.0);
  }
}

// ---- Added to a batch ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(positions_count_from_zero_in_each_sentence_and_the_gradient_passes_unchanged) {
  const PositionalEncoding encode(n_positions, d_model);
  const std::vector<Index> offsets = {0, 3, 4, 9};
  check_piece(
      *this, {random_matrix({9, d_model}, 1)},
      [&](const std::vector<Variable>& v) { return encode(v[0], {offsets}); },
      [&](const DoubleMatrices& m) {
        MatrixOf<double> y = m[0];
        for (size_t s = 0; s < 3; ++s) {
          for (Index p = 0; p < offsets[s + 1] - offsets[s]; ++p) {
            xt::row(y, offsets[s] + p) += xt::row(table, p);
          }
        }
        return y;
      });
}

BOOST_AUTO_TEST_CASE(one_position_of_each_sentence_is_the_same_row_of_the_table) {
  const PositionalEncoding encode(n_positions, d_model);
  const Matrix x = random_matrix({3, d_model}, 1);
  tape.begin(Mode::inference);
  const ConstMatrixView y = encode.at(tape.input(view_of(x)), 17).value();
  for (Index i = 0; i < 3; ++i) {
    for (Index j = 0; j < d_model; ++j) BOOST_TEST(y(i, j) == x(i, j) + table(17, j));
  }
}

BOOST_AUTO_TEST_CASE(the_longest_sentence_fits_and_a_longer_one_is_an_error) {
  const PositionalEncoding encode(4, d_model);
  const std::vector<Index> fits = {0, 2, 6}, too_long = {0, 1, 6};
  const Variable x = variable(6, d_model);
  encode(x, {fits});
  const std::vector<Index> fewer = {0, 2, 5};
  BOOST_TEST(fails(ExitCode::internal,
                   "positional_encoding: x is (6, 64), what is added is (5, 64)",
                   [&] { encode(x, {fewer}); }));
  BOOST_TEST(fails(ExitCode::internal,
                   "positional_encoding: x is (6, 62), what is added is (6, 64)",
                   [&] { encode(variable(6, d_model - 2), {fits}); }));
  BOOST_TEST(fails(ExitCode::bad_data, "a sentence has 5 tokens, the model has positions for 4",
                   [&] { encode(x, {too_long}); }));
  encode.at(x, 3);
  BOOST_TEST(fails(ExitCode::bad_data, "a sentence has 5 tokens, the model has positions for 4",
                   [&] { encode.at(x, 4); }));
}

BOOST_AUTO_TEST_SUITE_END()
