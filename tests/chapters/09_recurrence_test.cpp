#include "chapters/09_recurrent_networks/recurrence.hpp"

#include "tests/support/allocation_counter.hpp"
#include "tests/support/close.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

const std::vector<Index> ragged = {0, 2, 7, 8, 13};

/// A layer and what it is given: x in the packed order, states in the sentences' order.
struct Layer {
  Layer(CellKind cell, Index d_in, Index d, const std::vector<Index>& sentences = ragged)
      : kind(cell),
        offsets(sentences),
        w(store, "layer", cell, d_in, d),
        x_value(random_matrix({offsets.back(), d_in}, 1)),
        start_value(random_matrix({std::ssize(offsets) - 1, parts() * d}, 2, 1.0f)),
        dy(random_matrix({offsets.back(), parts() * d}, 3, 1.0f)) {
    shake(store);
  }

  Index parts() const { return kind == CellKind::lstm ? 2 : 1; }

  /// The states in the packed order, forward and backward.
  void run(Tape& tape, bool is_fast) {
    tape.begin(Mode::training);
    store.forget_gradients();
    x = tape.input(view_of(x_value), true), start = tape.input(view_of(start_value), true);
    const TimeSteps steps(tape, {offsets});
    const Variable first = rows(start, steps.order);
    if (is_fast) {
      const Variable in_order = rows(x, steps.rows);
      states =
          kind == CellKind::lstm ? lstm(in_order, w, first, steps) : rnn(in_order, w, first, steps);
    } else {
      states = kind == CellKind::lstm ? lstm_step_by_step(x, w, first, steps)
                                      : rnn_step_by_step(x, w, first, steps);
    }
    states = rows(states, steps.places);
    tape.backward(states, view_of(dy));
  }

  std::vector<Matrix> results() {
    std::vector<Matrix> found = {matrix_of<float>(states.value()), matrix_of<float>(x.gradient()),
                                 matrix_of<float>(start.gradient())};
    for (const ConstMatrixView& view : gradients_of(store)) {
      found.push_back(matrix_of<float>(view));
    }
    return found;
  }

  CellKind kind;
  std::vector<Index> offsets;
  ParameterStore store{5};
  RecurrentWeights w;
  Matrix x_value, start_value, dy;
  Variable x, start, states;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(recurrence_of_all_steps)

BOOST_AUTO_TEST_CASE(the_fast_operation_is_the_loop_of_plain_ones) {
  for (const CellKind kind : {CellKind::rnn, CellKind::lstm}) {
    under_every_instruction_set([&] {
      Tape tape(Threads::serial());
      Layer layer(kind, 5, 19);
      layer.run(tape, false);
      const std::vector<Matrix> plain = layer.results();
      layer.run(tape, true);
      const std::vector<Matrix> fast = layer.results();
      for (size_t i = 0; i < plain.size(); ++i) {
        BOOST_TEST(close(view_of(fast[i]), matrix_of<double>(view_of(plain[i])), 1e-5));
      }
    });
  }
}

BOOST_AUTO_TEST_CASE(a_sentence_gets_the_same_states_in_any_company) {
  Tape tape(Threads::serial());
  Layer all(CellKind::lstm, 4, 6);
  all.run(tape, true);
  const Matrix together = matrix_of<float>(all.states.value());
  for (size_t s = 0; s + 1 < ragged.size(); ++s) {
    Layer alone(CellKind::lstm, 4, 6, {0, ragged[s + 1] - ragged[s]});
    alone.x_value = xt::view(all.x_value, xt::range(ragged[s], ragged[s + 1]), xt::all());
    alone.start_value = xt::view(all.start_value, xt::range(s, s + 1), xt::all());
    alone.run(tape, true);
    BOOST_TEST(close(view_of(together).rows(ragged[s], ragged[s + 1]),
                     matrix_of<double>(alone.states.value()), 1e-6));
  }
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  std::vector<Index> offsets = {0};
  for (Index s = 0; s < 40; ++s) offsets.push_back(offsets.back() + 1 + s * 7 % 11);
  for (const CellKind kind : {CellKind::rnn, CellKind::lstm}) {
    Layer layer(kind, 48, 96, offsets);
    Tape serial(Threads::serial());
    layer.run(serial, true);
    const std::vector<Matrix> one = layer.results();
    Threads three(3);
    Tape shared(three);
    layer.run(shared, true);
    const std::vector<Matrix> many = layer.results();
    for (size_t i = 0; i < one.size(); ++i) {
      BOOST_TEST(same_bits(view_of(one[i]), view_of(many[i])));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_second_backward_pass_adds_the_same_once_more) {
  Tape tape(Threads::serial());
  Layer layer(CellKind::lstm, 3, 4);
  layer.run(tape, true);
  const std::vector<Matrix> once = layer.results();
  tape.backward(layer.states, view_of(layer.dy));
  const std::vector<Matrix> twice = layer.results();
  for (size_t i = 1; i < once.size(); ++i) {
    BOOST_TEST(close(view_of(twice[i]), MatrixOf<double>(2.0 * once[i]), 1e-6));
  }
}

BOOST_AUTO_TEST_CASE(from_the_second_step_on_nothing_is_allocated) {
  for (const bool is_fast : {false, true}) {
    Tape tape(Threads::serial());
    Layer layer(CellKind::lstm, 3, 4);
    for (int step = 0; step < 3; ++step) layer.run(tape, is_fast);
    const AllocationCount count = allocations_of([&] { layer.run(tape, is_fast); });
    BOOST_TEST(count == AllocationCount{}, count);
  }
}

BOOST_AUTO_TEST_CASE(the_forget_gate_starts_with_its_bias_and_all_others_with_0) {
  ParameterStore store(1);
  const RecurrentWeights lstm_weights(store, "lstm", CellKind::lstm, 2, 3, 1.5f);
  const RecurrentWeights rnn_weights(store, "rnn", CellKind::rnn, 2, 3, 1.5f);
  for (Index j = 0; j < 12; ++j) {
    BOOST_TEST(lstm_weights.b.value()(0, j) == (j / 3 == 1 ? 1.5f : 0.0f));
  }
  for (Index j = 0; j < 3; ++j) BOOST_TEST(rnn_weights.b.value()(0, j) == 0.0f);
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused) {
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  ParameterStore store(1);
  const RecurrentWeights w(store, "layer", CellKind::lstm, 3, 2);
  const RecurrentWeights plain(store, "plain", CellKind::rnn, 3, 2);
  const std::vector<Index> offsets = {0, 2, 3};
  const TimeSteps steps(tape, {offsets});
  const Matrix numbers = zeros(4, 4);
  const auto some = [&](Index n_rows, Index n_columns) {
    return tape.input(view_of(numbers).rows(0, n_rows).columns(0, n_columns), true);
  };
  lstm(some(3, 3), w, some(2, 4), steps);
  const auto refused = [&](auto&& call) { return fails(ExitCode::internal, "recurrence", call); };
  BOOST_TEST(refused([&] { lstm(some(4, 3), w, some(2, 4), steps); }));
  BOOST_TEST(refused([&] { lstm(some(3, 2), w, some(2, 4), steps); }));
  BOOST_TEST(refused([&] { lstm(some(3, 3), w, some(2, 2), steps); }));
  BOOST_TEST(refused([&] { lstm(some(3, 3), w, some(3, 4), steps); }));
  BOOST_TEST(refused([&] { lstm(some(3, 3), plain, some(2, 4), steps); }));
  BOOST_TEST(refused([&] { lstm(some(3, 3), {w.w_x, w.w_h, plain.b}, some(2, 4), steps); }));
  BOOST_TEST(refused([&] { lstm(some(3, 3), {plain.w_x, w.w_h, w.b}, some(2, 4), steps); }));
}

BOOST_AUTO_TEST_SUITE_END()
