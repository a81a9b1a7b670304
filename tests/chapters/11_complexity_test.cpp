#include <cstdlib>
#include <functional>
#include <limits>
#include <utility>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/11_complexity/local_layers.hpp"
#include "src/autograd/operations.hpp"
#include "tests/support/allocation_counter.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

const std::vector<Index> ragged = {0, 2, 2, 9, 10, 21};

/// A piece, what it is given, and what comes of it forward and backward.
struct Run {
  std::vector<Matrix> inputs;
  std::function<Variable(const std::vector<Variable>&)> piece;

  std::vector<Matrix> on(Tape& tape) const {
    tape.begin(Mode::training);
    std::vector<Variable> variables;
    for (const Matrix& input : inputs) variables.push_back(tape.input(view_of(input), true));
    const Variable y = piece(variables);
    const Matrix dy = random_matrix(y.shape(), 99);
    tape.backward(y, view_of(dy));
    std::vector<Matrix> found = {matrix_of<float>(y.value())};
    for (const Variable x : variables) found.push_back(matrix_of<float>(x.gradient()));
    return found;
  }
};

Run convolution_run(Index d, const Taps& taps, const std::vector<Index>& offsets = ragged) {
  return {{random_matrix({offsets.back(), d}, 1), random_matrix({taps.n * d, d}, 2, 1.0f),
           random_matrix({1, d}, 3)},
          [&offsets, taps](const std::vector<Variable>& v) {
            return convolution(v[0], v[1], v[2], {offsets}, taps);
          }};
}

Run restricted_run(Index d, Index reach, Index n_heads,
                   const std::vector<Index>& offsets = ragged) {
  return {{random_matrix({offsets.back(), d}, 1), random_matrix({offsets.back(), d}, 2),
           random_matrix({offsets.back(), d}, 3)},
          [&offsets, reach, n_heads](const std::vector<Variable>& v) {
            return restricted_attention(v[0], v[1], v[2], {offsets}, reach, n_heads);
          }};
}

void check_threads(const Run& run) {
  Tape serial(Threads::serial());
  const std::vector<Matrix> one = run.on(serial);
  for (const int n_threads : {2, 3}) {
    Threads threads(n_threads);
    Tape shared(threads);
    const std::vector<Matrix> many = run.on(shared);
    for (size_t i = 0; i < one.size(); ++i) {
      BOOST_TEST(same_bits(view_of(one[i]), view_of(many[i])));
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(local_layers)

BOOST_AUTO_TEST_CASE(one_tap_is_a_linear_layer) {
  Tape tape(Threads::serial());
  Run run = convolution_run(5, {.n = 1});
  const std::vector<Matrix> convolved = run.on(tape);
  run.piece = [](const std::vector<Variable>& v) { return linear(v[0], v[1], v[2]); };
  const std::vector<Matrix> multiplied = run.on(tape);
  for (size_t i = 0; i < convolved.size(); ++i) {
    BOOST_TEST(close(view_of(convolved[i]), matrix_of<double>(view_of(multiplied[i])), 1e-6));
  }
}

BOOST_AUTO_TEST_CASE(taps_read_the_rows_around_or_those_before) {
  BOOST_TEST(Taps{}.offsets() == (std::vector<Index>{-1, 0, 1}), boost::test_tools::per_element());
  const Taps causal{.n = 3, .dilation = 4, .is_causal = true};
  BOOST_TEST(causal.offsets() == (std::vector<Index>{-8, -4, 0}), boost::test_tools::per_element());
  const Taps even{.n = 4, .dilation = 2};
  BOOST_TEST(even.offsets() == (std::vector<Index>{-2, 0, 2, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_word_reaches_another_sentence) {
  Tape tape(Threads::serial());
  for (Run run : {convolution_run(3, {.n = 5, .dilation = 2}), restricted_run(4, 3, 2)}) {
    const Matrix before = run.on(tape)[0];
    for (Matrix& input : run.inputs) {
      if (input.shape(0) == 21) xt::view(input, xt::range(2, 9), xt::all()) += 1.0f;
    }
    const Matrix after = run.on(tape)[0];
    const std::vector<std::pair<Index, Index>> others = {{0, 2}, {9, 10}, {10, 21}};
    for (const auto& [begin, end] : others) {
      BOOST_TEST(same_bits(view_of(before).rows(begin, end), view_of(after).rows(begin, end)));
    }
    BOOST_TEST(!same_bits(view_of(before).rows(2, 9), view_of(after).rows(2, 9)));
  }
}

BOOST_AUTO_TEST_CASE(restricted_attention_is_attention_behind_a_mask) {
  constexpr Index n = 9, reach = 2;
  const std::vector<Index> offsets = {0, n};
  Matrix band = zeros(n, n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) {
      if (std::abs(i - j) > reach) band(i, j) = -std::numeric_limits<float>::infinity();
    }
  }
  Run run = restricted_run(6, reach, 1, offsets);
  under_every_instruction_set([&] {
    Tape tape(Threads::serial());
    const std::vector<Matrix> left_out = run.on(tape);
    Run masked = run;
    masked.piece = [&](const std::vector<Variable>& v) {
      AttentionPattern pattern{{offsets}, {offsets}};
      pattern.bias = tape.input(view_of(band));
      return scaled_dot_product_attention(v[0], v[1], v[2], pattern);
    };
    const std::vector<Matrix> hidden = masked.on(tape);
    for (size_t i = 0; i < hidden.size(); ++i) {
      BOOST_TEST(close(view_of(left_out[i]), matrix_of<double>(view_of(hidden[i])), 1e-5));
    }
  });
}

BOOST_AUTO_TEST_CASE(only_what_is_in_reach_is_multiplied) {
  Tape tape(Threads::serial());
  const auto forward = [&](const Run& run) {
    tape.begin(Mode::inference);
    std::vector<Variable> variables;
    for (const Matrix& input : run.inputs) variables.push_back(tape.input(view_of(input)));
    const std::int64_t before = n_multiply_adds();
    run.piece(variables);
    return n_multiply_adds() - before;
  };
  const std::vector<Index> offsets = {0, 10};
  // The first and the last row have one tap less; the first two and last two see 3 and 4 words.
  BOOST_TEST(forward(convolution_run(4, {}, offsets)) == (3 * 10 - 2) * 4 * 4);
  BOOST_TEST(forward(restricted_run(4, 2, 2, offsets)) == 2 * (5 * 10 - 2 * (1 + 2)) * 4);
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  std::vector<Index> offsets = {0};
  for (Index s = 0; s < 30; ++s) offsets.push_back(offsets.back() + 1 + s * 7 % 23);
  check_threads(convolution_run(64, {.n = 3, .dilation = 2}, offsets));
  check_threads(restricted_run(24, 3, 4, offsets));
}

BOOST_AUTO_TEST_CASE(from_the_second_step_on_nothing_is_allocated) {
  Threads threads(2);
  Tape tape(threads);
  const Matrix x = random_matrix({21, 12}, 1), w = random_matrix({3 * 12, 12}, 2),
               b = random_matrix({1, 12}, 3), dy = random_matrix({21, 12}, 4);
  const auto step = [&] {
    tape.begin(Mode::training);
    const Variable y = convolution(tape.input(view_of(x), true), tape.input(view_of(w), true),
                                   tape.input(view_of(b), true), {ragged}, {.dilation = 2});
    tape.backward(restricted_attention(y, y, y, {ragged}, 2, 3), view_of(dy));
  };
  for (int i = 0; i < 3; ++i) step();
  const AllocationCount count = allocations_of(step);
  BOOST_TEST(count == AllocationCount{}, count);
}

BOOST_AUTO_TEST_CASE(a_second_backward_pass_adds_the_same_once_more) {
  Tape tape(Threads::serial());
  for (const Run& run : {convolution_run(3, {.dilation = 2}), restricted_run(4, 1, 2)}) {
    const std::vector<Matrix> once = run.on(tape);
    tape.begin(Mode::training);
    std::vector<Variable> variables;
    for (const Matrix& input : run.inputs) variables.push_back(tape.input(view_of(input), true));
    const Variable y = run.piece(variables);
    const Matrix dy = random_matrix(y.shape(), 99);
    tape.backward(y, view_of(dy));
    tape.backward(y, view_of(dy));
    for (size_t i = 0; i < variables.size(); ++i) {
      BOOST_TEST(close(variables[i].gradient(), MatrixOf<double>(2.0 * once[i + 1]), 1e-5));
    }
  }
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused) {
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Matrix numbers = zeros(12, 12);
  const std::vector<Index> offsets = {0, 3, 4};
  const auto some = [&](Index n_rows, Index n_columns) {
    return tape.input(view_of(numbers).rows(0, n_rows).columns(0, n_columns), true);
  };
  const auto convolved = [&](Variable x, Variable w, Variable b, const Taps& taps = {}) {
    return fails(ExitCode::internal, "convolution", [&] { convolution(x, w, b, {offsets}, taps); });
  };
  convolution(some(4, 2), some(6, 5), some(1, 5), {offsets}, {});
  BOOST_TEST(convolved(some(5, 2), some(6, 5), some(1, 5)));
  BOOST_TEST(convolved(some(4, 3), some(6, 5), some(1, 5)));
  BOOST_TEST(convolved(some(4, 2), some(6, 5), some(1, 4)));
  BOOST_TEST(convolved(some(4, 2), some(6, 5), some(2, 5)));
  BOOST_TEST(convolved(some(4, 2), some(0, 5), some(1, 5), {.n = 0}));
  BOOST_TEST(convolved(some(4, 2), some(6, 5), some(1, 5), {.dilation = 0}));
  const auto attended = [&](Variable q, Variable k, Variable v, Index reach, Index n_heads) {
    return fails(ExitCode::internal, "restricted_attention",
                 [&] { restricted_attention(q, k, v, {offsets}, reach, n_heads); });
  };
  restricted_attention(some(4, 6), some(4, 6), some(4, 3), {offsets}, 0, 3);
  BOOST_TEST(attended(some(4, 6), some(4, 5), some(4, 3), 1, 1));
  BOOST_TEST(attended(some(4, 6), some(4, 6), some(3, 3), 1, 1));
  BOOST_TEST(attended(some(5, 6), some(5, 6), some(5, 3), 1, 1));
  BOOST_TEST(attended(some(4, 6), some(4, 6), some(4, 3), 1, 2));
  BOOST_TEST(attended(some(4, 5), some(4, 5), some(4, 4), 1, 2));
  BOOST_TEST(attended(some(4, 6), some(4, 6), some(4, 3), 1, 0));
  BOOST_TEST(attended(some(4, 6), some(4, 6), some(4, 3), -1, 1));
}

BOOST_AUTO_TEST_SUITE_END()
