// Checks operations against what the products themselves count.
#include "chapters/11_complexity/exercises/operations.hpp"

#include <string>
#include <vector>

#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "chapters/09_recurrent_networks/recurrence.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// What a layer takes for one sentence.
template <class Run>
double count_of(Index n, Index d, const Run& run) {
  const Matrix numbers = normal_matrix(n, d, 1);
  const std::vector<Index> offsets = {0, n};
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const Variable x = tape.input(view_of(numbers));
  const std::int64_t before = n_multiply_adds();
  run(x, Segments{offsets});
  return static_cast<double>(n_multiply_adds() - before);
}

std::string sizes(Index n, Index d) {
  return std::to_string(n) + " words, d = " + std::to_string(d);
}

void check_attention(Exercise& exercise, Index n, Index d, Index n_heads) {
  ParameterStore store(1);
  const SelfAttention attention(store, "attention", d, n_heads);
  const double counted =
      count_of(n, d, [&](Variable x, const Segments& s) { attention(x, s, Mask::none); });
  const auto pairs = static_cast<double>(n * n * d), projection = static_cast<double>(n * d * d);
  exercise.expect(
      "self-attention, " + sizes(n, d) + ", " + std::to_string(n_heads) + " heads",
      static_cast<double>(exercise_self_attention(n, d, n_heads)), counted,
      {{2 * pairs, "the projections and the output matrix are missing"},
       {3 * projection + 2 * pairs, "W^O, which joins the heads again, is missing"},
       {4 * projection + pairs, "scores are one product, the mixture of the values is another"},
       {4 * projection + 2 * pairs * static_cast<double>(n_heads),
        "a head has only d / h columns: h heads take together what one of d columns takes"}},
      "3 n d d for q, k and v, 2 n n d for scores and mixture, n d d for the output");
}

void check_lstm(Exercise& exercise, Index n, Index d) {
  ParameterStore store(1);
  const RecurrentLayer layer(store, "lstm", CellKind::lstm, d, d);
  const double counted =
      count_of(n, d, [&](Variable x, const Segments& s) { layer(x, TimeSteps(x.tape(), s)); });
  exercise.expect(
      "an LSTM, " + sizes(n, d), static_cast<double>(exercise_lstm(n, d)), counted,
      {{counted / 4, "an LSTM has four gates, each with its own columns of W_x and W_h"},
       {counted / 2, "it reads the word, by W_x, and the state before, by W_h"}},
      "each of n words: (1, d) times W_x, (d, 4 d), and (1, d) times W_h, (d, 4 d)");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("operations");
  check_attention(exercise, 10, 16, 1);
  check_attention(exercise, 7, 24, 4);
  check_lstm(exercise, 10, 16);
  return exercise.finish();
}
