#include "chapters/10_additive_attention/additive_attention.hpp"

#include "chapters/10_additive_attention/gru.hpp"
#include "src/book/additive_formulas.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// Queries, keys, a score vector and values of three sentences, of which one has no query.
struct Attention : OnTape {
  const std::vector<Index> queries = {0, 2, 2, 5}, keys = {0, 3, 4, 8};

  Variable of(const std::vector<Index>& of_queries, const std::vector<Index>& of_keys) {
    return additive_attention(variable(5, 6), variable(8, 6), variable(1, 6), variable(8, 4),
                              {of_queries}, {of_keys});
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(additive_attention_)

BOOST_AUTO_TEST_CASE(weights_are_shares_of_a_sentence) {
  const Matrix q = random_matrix({3, 5}, 1), k = random_matrix({4, 5}, 2),
               v = random_matrix({1, 5}, 3);
  Matrix hidden = zeros(12, 5), weights = zeros(3, 4);
  additive_weights(view_of(q), view_of(k), view_of(v), view_of(hidden), view_of(weights));
  for (size_t i = 0; i < 3; ++i) {
    float sum = 0;
    for (size_t j = 0; j < 4; ++j) sum += weights(i, j);
    BOOST_TEST(std::abs(sum - 1) < 1e-6f);
  }
  const MatrixOf<double> q_64 = q, k_64 = k, v_64 = v;
  BOOST_TEST(
      close(view_of(weights), formula::softmax(formula::additive_scores(q_64, k_64, v_64)), 1e-6));
}

BOOST_AUTO_TEST_CASE(a_score_vector_of_zeros_looks_everywhere_and_teaches_nothing_below_it) {
  OnTape on;
  const std::vector<Index> queries = {0, 2}, keys = {0, 4};
  const Matrix zero = zeros(1, 3);
  const Variable q = on.variable(2, 3), k = on.variable(4, 3), values = on.variable(4, 2),
                 v = on.tape.input(view_of(zero), true);
  const Variable y = additive_attention(q, k, v, values, {queries}, {keys});
  const Matrix dy = random_matrix({2, 2}, 9);
  for (Index c = 0; c < 2; ++c) {
    double mean = 0;
    for (Index j = 0; j < 4; ++j) mean += double{values.value()(j, c)} / 4;
    BOOST_TEST(std::abs(double{y.value()(0, c)} - mean) < 1e-6);
  }
  on.tape.backward(y, view_of(dy));
  for (const Variable x : {q, k}) {
    for (Index i = 0; i < x.n_rows(); ++i) {
      for (Index c = 0; c < 3; ++c) BOOST_TEST(x.gradient()(i, c) == 0.0f);
    }
  }
  BOOST_TEST(v.gradient()(0, 0) != 0.0f);
}

BOOST_AUTO_TEST_CASE(large_scores_stay_numbers) {
  const Matrix q = {{5.0f}}, k = {{5.0f}, {-50.0f}}, v = {{200.0f}};
  Matrix hidden = zeros(2, 1), weights = zeros(1, 2);
  additive_weights(view_of(q), view_of(k), view_of(v), view_of(hidden), view_of(weights));
  BOOST_TEST(weights(0, 0) == 1.0f);
  BOOST_TEST(weights(0, 1) == 0.0f);
}

BOOST_AUTO_TEST_CASE(q_k_and_values_may_be_one_variable) {
  OnTape on;
  const std::vector<Index> offsets = {0, 2, 5};
  const Matrix x = random_matrix({5, 3}, 1), v = random_matrix({1, 3}, 2);
  check_piece(
      on, {x, v},
      [&](const std::vector<Variable>& in) {
        return additive_attention(in[0], in[0], in[1], in[0], {offsets}, {offsets});
      },
      [&](const DoubleMatrices& m) {
        MatrixOf<double> y = zeros<double>(5, 3);
        for (size_t s = 0; s < 2; ++s) {
          const auto own = formula::rows(m[0], offsets[s], offsets[s + 1]);
          xt::view(y, xt::range(offsets[s], offsets[s + 1]), xt::all()) =
              formula::additive_attention(own, own, m[1], own);
        }
        return y;
      });
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  const std::vector<Index> queries = {0, 2, 2, 5, 9}, keys = {0, 3, 4, 9, 20};
  const Matrix q = random_matrix({9, 16}, 1), k = random_matrix({20, 16}, 2),
               v = random_matrix({1, 16}, 3), values = random_matrix({20, 8}, 4),
               dy = random_matrix({9, 8}, 5);
  check_same_bits_for_any_number_of_threads({21, 16}, [&](Threads& threads, MatrixView out) {
    Tape tape(threads);
    tape.begin(Mode::training);
    const Variable keys_in = tape.input(view_of(k), true), v_in = tape.input(view_of(v), true);
    const Variable y = additive_attention(tape.input(view_of(q), true), keys_in, v_in,
                                          tape.input(view_of(values), true), {queries}, {keys});
    tape.backward(y, view_of(dy));
    copy_to(keys_in.gradient(), out.rows(0, 20));
    copy_to(v_in.gradient(), out.rows(20, 21));
  });
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  Attention on;
  on.of(on.queries, on.keys);
  BOOST_TEST(fails(ExitCode::internal, "q has 5 rows", [&] { on.of({0, 2, 2, 4}, on.keys); }));
  BOOST_TEST(fails(ExitCode::internal, "q has 5 rows", [&] { on.of({0, 3, 2, 5}, on.keys); }));
  BOOST_TEST(fails(ExitCode::internal, "q has 5 rows", [&] { on.of({1, 2, 2, 5}, on.keys); }));
  BOOST_TEST(fails(ExitCode::internal, "q has 5 rows", [&] { on.of({}, on.keys); }));
  BOOST_TEST(fails(ExitCode::internal, "k has 8 rows", [&] { on.of(on.queries, {0, 3, 4, 7}); }));
  BOOST_TEST(fails(ExitCode::internal, "3 sentences of queries, 2 of keys", [&] {
    on.of(on.queries, {0, 3, 8});
  }));
  BOOST_TEST(fails(ExitCode::internal, "sentence 0 has queries and no key", [&] {
    on.of(on.queries, {0, 0, 4, 8});
  }));
  BOOST_TEST(fails(ExitCode::internal, "additive_attention", [&] {
    additive_attention(on.variable(5, 6), on.variable(8, 6), on.variable(6, 1), on.variable(8, 4),
                       {on.queries}, {on.keys});
  }));
  BOOST_TEST(fails(ExitCode::internal, "additive_attention", [&] {
    additive_attention(on.variable(5, 6), on.variable(8, 6), on.variable(1, 6), on.variable(7, 4),
                       {on.queries}, {on.keys});
  }));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(gru)

BOOST_AUTO_TEST_CASE(a_layer_of_cells_is_what_the_formula_says_step_by_step) {
  OnTape on;
  const std::vector<Index> offsets = {0, 2, 5, 6};
  const GruLayer layer(on.store, "layer", 3, 4);
  shake(on.store);
  check_piece(
      on, {random_matrix({6, 3}, 1), random_matrix({3, 4}, 2)},
      [&](const std::vector<Variable>& in) {
        const TimeSteps steps(in[0].tape(), {offsets});
        return rows(layer(rows(in[0], steps.rows), rows(in[1], steps.order), steps), steps.places);
      },
      [&](const DoubleMatrices& m) {
        const formula::Gru<double> cell{m[0], m[1], m[2], m[3]};
        MatrixOf<double> states = zeros<double>(6, 4);
        for (Index s = 0; s < 3; ++s) {
          MatrixOf<double> h = formula::rows(m[5], s, s + 1);
          for (Index i = offsets[static_cast<size_t>(s)]; i < offsets[static_cast<size_t>(s) + 1];
               ++i) {
            h = cell.step(formula::rows(m[4], i, i + 1), h);
            xt::view(states, xt::range(i, i + 1), xt::all()) = h;
          }
        }
        return states;
      });
}

BOOST_AUTO_TEST_CASE(a_cell_is_a_layer_of_one_step) {
  OnTape on;
  const GruWeights w(on.store, "cell", 3, 4);
  shake(on.store);
  check_piece(
      on, {random_matrix({2, 3}, 1), random_matrix({2, 4}, 2)},
      [&](const std::vector<Variable>& in) { return gru_cell(in[0], in[1], w); },
      [&](const DoubleMatrices& m) {
        return formula::Gru<double>{m[0], m[1], m[2], m[3]}.step(m[4], m[5]);
      });
}

BOOST_AUTO_TEST_CASE(matrices_of_other_shapes_are_not_blended) {
  OnTape on;
  const Variable a = on.variable(2, 3), b = on.variable(2, 4);
  BOOST_TEST(fails(ExitCode::internal, "blend", [&] { blend(a, b, a); }));
  BOOST_TEST(fails(ExitCode::internal, "blend", [&] { blend(a, a, b); }));
}

BOOST_AUTO_TEST_SUITE_END()
