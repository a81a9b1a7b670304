#include "src/autograd/tape.hpp"

#include <string>

#include "src/autograd/operations.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

Matrix ones(Index n_rows, Index n_columns) {
  Matrix matrix = zeros(n_rows, n_columns);
  matrix.fill(1.0f);
  return matrix;
}

/// Which of 1000 elements the next dropout of the tape keeps.
std::vector<bool> next_mask(Tape& tape) {
  const Matrix x = ones(10, 100);
  const Matrix y = matrix_of<float>(dropout(tape.input(view_of(x)), 0.5f).value());
  std::vector<bool> mask;
  for (const float element : y) mask.push_back(element != 0.0f);
  return mask;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(the_tape, OnTape)

// ---- Backward -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(backward_functions_are_called_last_first) {
  std::string calls;
  for (const char name : {'a', 'b', 'c'}) {
    tape.record_always([name, &calls] { calls += name; });
  }
  tape.backward(tape.make(1, 1));
  BOOST_TEST(calls == "cba");
}

BOOST_AUTO_TEST_CASE(an_output_that_nothing_depends_on_is_skipped) {
  bool used_called = false, unused_called = false;
  const Variable used = tape.make(1, 1), unused = tape.make(1, 1);
  tape.record(used, [&] { used_called = true; });
  tape.record(unused, [&] { unused_called = true; });
  tape.backward(used);
  BOOST_TEST(used_called);
  BOOST_TEST(!unused_called);
  BOOST_TEST(!unused.has_gradient());
}

BOOST_AUTO_TEST_CASE(what_only_an_unused_output_depends_on_gets_no_gradient) {
  const Matrix dy = random_matrix({2, 2}, 1);
  const Variable x = tape.make(2, 2), z = tape.make(2, 2), w = tape.make(2, 2);
  linear(z, w);
  tape.backward(add(x, x), view_of(dy));
  BOOST_TEST(x.has_gradient());
  BOOST_TEST(!z.has_gradient());
  BOOST_TEST(!w.has_gradient());
}

BOOST_AUTO_TEST_CASE(a_loss_starts_with_the_derivative_one) {
  const Variable loss = tape.make(1, 1);
  tape.backward(loss);
  BOOST_TEST(loss.has_gradient());
  BOOST_TEST(loss.gradient()(0, 0) == 1.0f);
}

BOOST_AUTO_TEST_CASE(a_gradient_of_another_shape_than_the_output_is_refused) {
  const Matrix dy = zeros(3, 2);
  BOOST_TEST(fails(ExitCode::internal, "backward: the output is (2, 3), its gradient (3, 2)",
                   [&] { tape.backward(tape.make(2, 3), view_of(dy)); }));
  BOOST_TEST(fails(ExitCode::internal, "backward: the output is (2, 3), its gradient (1, 1)",
                   [&] { tape.backward(tape.make(2, 3)); }));
}

BOOST_AUTO_TEST_CASE(a_gradient_that_is_added_to_starts_with_zeros_once) {
  const Variable x = tape.make(2, 3);
  const MatrixView first = x.gradient_to_add_to();
  BOOST_TEST(std::all_of(first.data, first.data + 6, [](float g) { return g == 0.0f; }));
  first(1, 2) = 5.0f;
  BOOST_TEST(x.gradient_to_add_to()(1, 2) == 5.0f);
}

BOOST_AUTO_TEST_CASE(a_backward_pass_needs_memory_for_a_few_gradients_only) {
  const Matrix x = random_matrix({64, 64}, 1), dy = random_matrix({64, 64}, 2);
  const auto bytes_for_gradients = [&](int n_layers) {
    tape.begin(Mode::training);
    const Variable first = tape.input(view_of(x), true);
    Variable y = first;
    for (int i = 0; i < n_layers; ++i) y = dropout(y, 0.5f);
    const Index before = tape.arena().used();
    tape.backward(y, view_of(dy));
    BOOST_TEST(first.has_gradient());
    BOOST_TEST(!y.has_gradient());
    return tape.arena().used() - before;
  };
  const Index n_bytes = 64 * 64 * sizeof(float);
  BOOST_TEST(bytes_for_gradients(2) == 2 * n_bytes);
  BOOST_TEST(bytes_for_gradients(50) == 2 * n_bytes);
}

BOOST_AUTO_TEST_CASE(memory_that_was_lent_for_a_small_gradient_serves_a_large_one_again) {
  VariableData small = tape.make(2, 2).data(), large = tape.make(40, 40).data();
  tape.lend_gradient(large);
  const float* memory = large.gradient.data;
  tape.take_back_gradient(large);
  for (VariableData* variable : {&small, &large}) {
    tape.lend_gradient(*variable);
    BOOST_TEST(variable->gradient.data == memory);
    BOOST_TEST(same_shape(variable->gradient, variable->value));
    tape.take_back_gradient(*variable);
    BOOST_TEST(variable->gradient.empty());
  }
}

// ---- Steps --------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_new_step_forgets_what_was_recorded) {
  bool called = false;
  tape.record_always([&] { called = true; });
  tape.begin(Mode::training);
  tape.backward(tape.make(1, 1));
  BOOST_TEST(!called);
}

BOOST_AUTO_TEST_CASE(a_new_step_works_in_the_memory_of_the_step_before) {
  const auto step_of_training = [&] {
    tape.begin(Mode::training);
    const Variable x = tape.make(30, 40);
    return add(x, x).value().data;
  };
  const float* first = step_of_training();
  const Index peak = tape.arena().peak();
  BOOST_TEST(step_of_training() == first);
  BOOST_TEST(tape.arena().peak() == peak);
  tape.begin(Mode::training);
  BOOST_TEST(tape.arena().used() == 0);
}

BOOST_AUTO_TEST_CASE(weights_that_are_kept_packed_give_the_same_bits) {
  const Matrix x = random_matrix({100, 70}, 1);
  Matrix w = random_matrix({70, 90}, 2);
  // Products of many and of few rows with w, then of many with its transpose.
  const auto products = [&](bool keep) {
    tape.begin(Mode::inference);
    if (keep) tape.keep_weights_packed();
    Matrix y = zeros(203, 90);
    const MatrixView all = view_of(y);
    tape.multiply_by_weight(view_of(x), view_of(w), all.rows(0, 100));
    tape.multiply_by_weight(view_of(x).rows(0, 3), view_of(w), all.rows(100, 103));
    tape.multiply_by_weight(all.rows(0, 100), transposed(view_of(w)),
                            all.rows(103, 203).columns(0, 70));
    return y;
  };
  const auto check = [&] {
    const Matrix kept = products(true), plain = products(false);
    BOOST_TEST(same_bits(view_of(kept), view_of(plain)));
  };
  check();
  w(3, 4) += 1.0f;  // between two steps a weight may change
  check();
}

BOOST_AUTO_TEST_CASE(inference_records_nothing_and_keeps_no_gradients) {
  const Matrix x = random_matrix({32, 16}, 1), w = random_matrix({16, 16}, 2);
  const auto bytes_of_linear = [&](Mode mode) {
    tape.begin(mode);
    const Variable xv = tape.input(view_of(x), true), wv = tape.input(view_of(w), true);
    BOOST_TEST(xv.wants_gradient() == (mode == Mode::training));
    const Index before = tape.arena().used();
    BOOST_TEST(linear(xv, wv).wants_gradient() == (mode == Mode::training));
    return tape.arena().used() - before;
  };
  const Index n_value = 32 * 16 * sizeof(float);
  const Index n_handle = round_up(sizeof(VariableData), Arena::alignment);
  BOOST_TEST(bytes_of_linear(Mode::inference) == n_value + n_handle);
  BOOST_TEST(bytes_of_linear(Mode::training) > n_value + n_handle);

  bool called = false;
  tape.begin(Mode::inference);
  const Index before = tape.arena().used();
  tape.record_always([&] { called = true; });
  BOOST_TEST(tape.arena().used() == before);
  BOOST_TEST(!called);
}

// ---- Dropout's random numbers -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_dropout_of_a_step_drops_other_elements) {
  const auto first = next_mask(tape), second = next_mask(tape);
  BOOST_TEST((first != second));
  // Independent masks agree in half of the places: standard deviation 16, here six of them.
  Index n_equal = 0;
  for (size_t i = 0; i < first.size(); ++i) n_equal += first[i] == second[i];
  BOOST_TEST(std::abs(n_equal - 500) < 100);
}

BOOST_AUTO_TEST_CASE(a_step_that_is_repeated_drops_the_same_elements) {
  const auto first = next_mask(tape), second = next_mask(tape);
  tape.begin(Mode::training, seed, step);
  BOOST_TEST((next_mask(tape) == first));
  BOOST_TEST((next_mask(tape) == second));
}

BOOST_AUTO_TEST_CASE(another_step_and_another_seed_drop_other_elements) {
  const auto first = next_mask(tape);
  tape.begin(Mode::training, seed, step + 1);
  BOOST_TEST((next_mask(tape) != first));
  tape.begin(Mode::training, seed + 1, step);
  BOOST_TEST((next_mask(tape) != first));
}

BOOST_AUTO_TEST_CASE(the_mask_does_not_depend_on_the_number_of_threads) {
  const auto mask = next_mask(tape);
  for (const int n_threads : {1, 3}) {
    Threads others(n_threads);
    Tape other(others);
    other.begin(Mode::training, seed, step);
    BOOST_TEST((next_mask(other) == mask));
  }
}

// ---- Observers ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_observer_sees_the_activations_by_name) {
  std::string seen;
  const Variable x = tape.make(1, 1);
  tape.observe("encoder", "unseen", x);
  tape.observe_with([&](std::string_view path, std::string_view name, Variable variable) {
    BOOST_TEST(variable.value().data == x.value().data);
    seen += std::string(path) + "." + std::string(name);
  });
  tape.observe("encoder", "q", x);
  BOOST_TEST(seen == "encoder.q");
}

BOOST_AUTO_TEST_SUITE_END()
