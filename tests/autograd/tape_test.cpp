#include "src/autograd/tape.hpp"

#include <string>

#include "src/autograd/operations.hpp"
#include "src/book/model_formulas.hpp"
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

/// x, and a note of when its backward function is called.
Variable noted(Variable x, const char* name, std::string& calls) {
  return operation(
      "noted", {x}, x.shape(), [=](const ForwardPass& pass) { copy_to(x.value(), pass.y); },
      [=, calls = &calls](const BackwardPass& pass) {
        *calls += name;
        copy_to(pass.dy, pass.into(x));
      });
}

BOOST_AUTO_TEST_CASE(backward_functions_are_called_last_first) {
  std::string calls;
  const Variable x = variable(1, 1);
  tape.backward(noted(noted(noted(x, "a", calls), "b", calls), "c", calls));
  BOOST_TEST(calls == "cba");
}

BOOST_AUTO_TEST_CASE(an_output_that_nothing_depends_on_is_skipped) {
  std::string calls;
  const Variable x = variable(1, 1);
  const Variable used = noted(x, "used", calls), unused = noted(x, "unused", calls);
  tape.backward(used);
  BOOST_TEST(calls == "used");
  BOOST_TEST(!unused.has_gradient());
}

BOOST_AUTO_TEST_CASE(what_only_an_unused_output_depends_on_gets_no_gradient) {
  const Matrix dy = random_matrix({2, 2}, 1);
  const Variable x = variable(2, 2), z = variable(2, 2), w = variable(2, 2);
  linear(z, w);
  tape.backward(add(x, x), view_of(dy));
  BOOST_TEST(x.has_gradient());
  BOOST_TEST(!z.has_gradient());
  BOOST_TEST(!w.has_gradient());
}

BOOST_AUTO_TEST_CASE(a_loss_starts_with_the_derivative_one) {
  const Variable loss = variable(1, 1);
  tape.backward(loss);
  BOOST_TEST(loss.has_gradient());
  BOOST_TEST(loss.gradient()(0, 0) == 1.0f);
}

BOOST_AUTO_TEST_CASE(two_backward_passes_of_one_step_add_up) {
  const Variable x = variable(2, 3), w = variable(3, 2);
  const Matrix dy = random_matrix({2, 2}, 1), dz = random_matrix({2, 2}, 2);
  const Variable h = linear(x, w), y = add(h, h);
  tape.backward(y, view_of(dy));
  tape.backward(h, view_of(dz));
  const MatrixOf<double> dh = 2.0 * MatrixOf<double>(dy) + dz;
  const MatrixOf<double> w_value = matrix_of<double>(w.value());
  const MatrixOf<double> expected = formula::product(dh, formula::transpose(w_value));
  BOOST_TEST(close(x.gradient(), expected, 1e-6));
}

BOOST_AUTO_TEST_CASE(a_loss_that_depends_on_nothing_that_is_trained_is_refused) {
  const Matrix one = {{1.0f}};
  const std::string_view expected = "nothing that the output depends on wants a gradient";
  const Variable constant = tape.input(view_of(one));
  BOOST_TEST(fails(ExitCode::internal, expected, [&] { tape.backward(add(constant, constant)); }));
  BOOST_TEST(fails(ExitCode::internal, expected, [&] { tape.backward(constant); }));
  tape.begin(Mode::inference);
  const Variable x = variable(1, 1);
  BOOST_TEST(fails(ExitCode::internal, expected, [&] { tape.backward(add(x, x)); }));
  BOOST_TEST(fails(ExitCode::internal, expected, [&] { tape.backward(x); }));
}

BOOST_AUTO_TEST_CASE(a_gradient_of_another_shape_than_the_output_is_refused) {
  const Matrix dy = zeros(3, 2);
  BOOST_TEST(fails(ExitCode::internal, "backward: the output is (2, 3), its gradient (3, 2)",
                   [&] { tape.backward(variable(2, 3), view_of(dy)); }));
  BOOST_TEST(fails(ExitCode::internal, "backward: the output is (2, 3), its gradient (1, 1)",
                   [&] { tape.backward(variable(2, 3)); }));
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

// ---- What is refused where it is written --------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_variable_of_an_earlier_step_is_refused) {
  const Variable old = variable(2, 2);
  const std::string_view expected = "a variable of an earlier step is used";
  tape.begin(Mode::training);
  const Variable x = variable(2, 2);
  BOOST_TEST(fails(ExitCode::internal, expected, [&] { add(x, old); }));
  BOOST_TEST(fails(ExitCode::internal, expected, [&] { add(old, x); }));
  BOOST_TEST(fails(ExitCode::internal, expected, [&] { old.value(); }));
  BOOST_TEST(fails(ExitCode::internal, expected, [&] { tape.backward(old); }));
}

BOOST_AUTO_TEST_CASE(a_variable_from_before_the_tape_went_back_is_refused) {
  tape.begin(Mode::inference);
  const Index mark = tape.mark();
  const Variable old = variable(2, 2);
  const ConstMatrixView value = old.value();
  tape.go_back_to(mark);
  BOOST_TEST(fails(ExitCode::internal, "of an earlier step", [&] { add(old, old); }));
  BOOST_TEST(value(0, 0) == tape.input(value).value()(0, 0));
  tape.begin(Mode::training);
  BOOST_TEST(fails(ExitCode::internal, "in inference only", [&] { tape.go_back_to(mark); }));
}

BOOST_AUTO_TEST_CASE(inputs_on_two_tapes_are_refused) {
  Tape other(threads);
  other.begin(Mode::training);
  const Matrix x = zeros(2, 2);
  BOOST_TEST(fails(ExitCode::internal, "add: its inputs are on two tapes",
                   [&] { add(variable(2, 2), other.input(view_of(x))); }));
}

BOOST_AUTO_TEST_CASE(a_variable_that_nobody_made_is_refused) {
  BOOST_TEST(fails(ExitCode::internal, "a variable is used that nobody made",
                   [&] { add(variable(2, 2), Variable()); }));
}

BOOST_AUTO_TEST_CASE(a_negative_size_is_refused) {
  const Variable x = variable(2, 2);
  const auto make = [&](Shape shape) {
    operation(
        "cut", {x}, shape, [](const ForwardPass&) {}, [](const BackwardPass&) {});
  };
  BOOST_TEST(fails(ExitCode::internal, "cut: its result would be (-3, 4)", [&] { make({-3, 4}); }));
  BOOST_TEST(fails(ExitCode::internal, "cut: its result would be (3, -4)", [&] { make({3, -4}); }));
}

BOOST_AUTO_TEST_CASE(a_result_without_backward_function_is_refused_where_a_gradient_is_wanted) {
  const auto copy_of = [&](Variable x) {
    return operation(
        "copy_of", {x}, x.shape(), [=](const ForwardPass& pass) { copy_to(x.value(), pass.y); },
        inference_only);
  };
  BOOST_TEST(fails(ExitCode::internal, "copy_of: has no backward function",
                   [&] { copy_of(variable(2, 2)); }));
  const Matrix numbers = random_matrix({2, 2}, 1);
  BOOST_TEST(!copy_of(tape.input(view_of(numbers))).wants_gradient());
  tape.begin(Mode::inference);
  BOOST_TEST(same_bits(copy_of(tape.input(view_of(numbers))).value(), view_of(numbers)));
}

BOOST_AUTO_TEST_CASE(a_gradient_for_a_variable_that_was_not_named_is_refused) {
  const Variable x = variable(1, 1), z = variable(1, 1);
  const Variable sum = operation(
      "sum", {x}, {1, 1}, [=](const ForwardPass& pass) { add_to(z.value(), pass.y); },
      [=](const BackwardPass& pass) { copy_to(pass.dy, pass.into(z)); });
  BOOST_TEST(fails(ExitCode::internal, "did not name", [&] { tape.backward(sum); }));
}

// ---- Parameters ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_parameter_may_be_the_first_operand) {
  const Variable p = store.add("p", 2, 3, Initial::glorot(2, 3)), x = variable(2, 3);
  const Matrix dy = random_matrix({2, 3}, 1);
  tape.backward(add(p, x), view_of(dy));
  BOOST_TEST(same_bits(p.gradient(), view_of(dy)));
  BOOST_TEST(same_bits(x.gradient(), view_of(dy)));
}

BOOST_AUTO_TEST_CASE(parameters_alone_are_used_on_a_tape_that_is_named) {
  const Variable p = store.add("p", 2, 3, Initial::glorot(2, 3));
  BOOST_TEST(fails(ExitCode::internal, "add: no input is on a tape", [&] { add(p, p); }));
  BOOST_TEST(fails(ExitCode::internal, "tape.use(parameter)", [&] { p.tape(); }));
  const Matrix dy = random_matrix({2, 3}, 1);
  tape.backward(add(tape.use(p), p), view_of(dy));
  BOOST_TEST(close(p.gradient(), MatrixOf<double>(2.0 * MatrixOf<double>(dy)), 1e-7));
}

// ---- Steps --------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_new_step_forgets_what_was_recorded) {
  std::string calls;
  noted(variable(1, 1), "old", calls);
  tape.begin(Mode::training);
  tape.backward(noted(variable(1, 1), "new", calls));
  BOOST_TEST(calls == "new");
}

BOOST_AUTO_TEST_CASE(a_new_step_works_in_the_memory_of_the_step_before) {
  const Matrix numbers = random_matrix({30, 40}, 1);
  const auto step_of_training = [&] {
    tape.begin(Mode::training);
    const Variable x = tape.input(view_of(numbers));
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
  const Variable w = store.add("w", 70, 90, Initial::glorot(70, 90));
  // Products of many and of few rows with w, then of many with its transpose.
  const auto products = [&](bool keep) {
    tape.begin(Mode::inference);
    if (keep) tape.keep_weights_packed();
    Matrix y = zeros(203, 90);
    const MatrixView all = view_of(y);
    tape.multiply_by_weight(view_of(x), w, all.rows(0, 100));
    tape.multiply_by_weight(view_of(x).rows(0, 3), w, all.rows(100, 103));
    tape.multiply_by_weight(all.rows(0, 100), transposed(w), all.rows(103, 203).columns(0, 70));
    return y;
  };
  const auto check = [&] {
    const Matrix kept = products(true), plain = products(false);
    BOOST_TEST(same_bits(view_of(kept), view_of(plain)));
  };
  check();
  store.at("w").value()(3, 4) += 1.0f;  // between two steps a weight may change
  check();
}

BOOST_AUTO_TEST_CASE(a_computed_factor_is_no_weight_that_could_be_kept_packed) {
  // Ones, and in the next step twos in the same place.
  const Matrix x = random_matrix({100, 70}, 1);
  tape.begin(Mode::inference);
  tape.keep_weights_packed();
  const Index mark = tape.mark();
  const auto sum_of_columns = [&](float factor) {
    tape.go_back_to(mark);
    const Matrix numbers = constant_matrix({70, 90}, factor);
    const Variable computed = operation(
        "computed", {tape.input(view_of(numbers))}, {70, 90},
        [&](const ForwardPass& pass) { copy_to(view_of(numbers), pass.y); }, inference_only);
    return matrix_of<double>(linear(tape.input(view_of(x)), computed).value());
  };
  const MatrixOf<double> of_ones = sum_of_columns(1.0f), of_twos = sum_of_columns(2.0f);
  BOOST_TEST(close(of_twos, MatrixOf<double>(2.0 * of_ones), 1e-6));
}

BOOST_AUTO_TEST_CASE(a_parameter_in_the_place_of_another_is_packed_anew) {
  const Matrix x = random_matrix({100, 70}, 1);
  tape.begin(Mode::inference);
  tape.keep_weights_packed();
  const auto product = [&](float value) {
    ParameterStore fleeting(1);
    const Variable w = fleeting.add("w", 70, 90, {value, 0.0f});
    Matrix y = zeros(100, 90);
    tape.multiply_by_weight(view_of(x), w, view_of(y));
    return matrix_of<double>(view_of(y));
  };
  const MatrixOf<double> of_ones = product(1.0f), of_twos = product(2.0f);
  BOOST_TEST(close(of_twos, MatrixOf<double>(2.0 * of_ones), 1e-6));
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

BOOST_AUTO_TEST_CASE(an_observer_sees_the_activations_by_name_while_it_lives) {
  std::string seen;
  const Variable x = variable(1, 1);
  tape.observe("encoder", "unseen", x);
  {
    const auto listening =
        tape.listen([&](std::string_view path, std::string_view name, Variable variable) {
          BOOST_TEST(variable.value().data == x.value().data);
          seen += std::string(path) + "." + std::string(name);
        });
    tape.observe("encoder", "q", x);
  }
  tape.observe("encoder", "unseen", x);
  BOOST_TEST(seen == "encoder.q");
}

BOOST_AUTO_TEST_CASE(an_observer_ends_with_its_scope_where_something_is_thrown) {
  std::string seen;
  const Variable x = variable(1, 1);
  const auto note = [&](const char* who) {
    return [&seen, who](std::string_view, std::string_view, Variable) { seen += who; };
  };
  const auto outer = tape.listen(note("outer "));
  try {
    const auto inner = tape.listen(note("inner "));
    tape.observe("encoder", "q", x);
    fail(ExitCode::internal, "in the middle of it");
  } catch (const Error&) {
    tape.observe("encoder", "k", x);
  }
  BOOST_TEST(seen == "inner outer ");
}

BOOST_AUTO_TEST_SUITE_END()
