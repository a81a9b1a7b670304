// An encoder that learns to sort digits.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/05_encoder/program/demonstrations.hpp"
#include "chapters/05_encoder/program/digits.hpp"
#include "chapters/05_encoder/program/stacks.hpp"
#include "src/autograd/operations.hpp"
#include "src/book/descent.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

//! [sorter]
/// At every place, how well each digit would stand there.
template <class Stack>
struct Sorter {
  ModelConfig config;
  ParameterStore store{1};
  Embedding embedding{store, "embedding", n_digits, config.d_model};
  PositionalEncoding positions{digits_per_row, config.d_model};
  Stack encoder{store, config};
  Variable reader =
      store.add("reader", config.d_model, n_digits, Initial::glorot(config.d_model, n_digits));

  Variable operator()(Tape& tape, const Digits& digits) const {
    const Segments rows{digits.offsets};
    const Variable x = positions(embedding(tape, digits.given), rows);
    return linear(encoder(x, rows), reader);  // (n_tokens, n_digits)
  }
};
//! [sorter]

double percent_right(ConstMatrixView logits, const Digits& digits) {
  return 100.0 * static_cast<double>(n_right(logits, digits.sorted)) /
         static_cast<double>(digits.sorted.size());
}

}  // namespace

void show_sorting(const SceneRequest&) {
  Sorter<PostNormStack> sorter{
      {.d_model = 32, .d_ff = 64, .n_heads = 4, .n_layers = 2, .p_drop = 0.0f}};
  Tape tape(Threads::serial());
  const Digits looked_at(1000000);
  std::vector<TableRow> table;
  for (std::uint32_t step = 0; step <= 2000; ++step) {
    if (step == 0 || step == 100 || step == 500 || step == 2000) {
      tape.begin(Mode::inference);
      const ConstMatrixView logits = sorter(tape, looked_at).value();
      table.push_back({std::to_string(step), number_text(percent_right(logits, looked_at), 0),
                       digits_text(likeliest(logits.rows(0, digits_per_row)))});
    }
    const Digits digits(step);
    learn_step(sorter.store, tape, digits.sorted, 0.1f,
               [&](Tape& on) { return sorter(on, digits); });
  }
  fmt::print("to sort: {}\n", digits_text(std::span(looked_at.given).first(digits_per_row)));
  print_table({"steps", "% of the places right", "written"}, table);
}

namespace {

/// How much a deep stack sorts right after 300 steps, the first `ramp` of which rise to the rate.
template <class Stack>
double learned(float rate, float ramp) {
  Sorter<Stack> sorter{{.d_model = 16, .d_ff = 32, .n_heads = 2, .n_layers = 12, .p_drop = 0.0f}};
  Tape tape(Threads::serial());
  for (std::uint32_t step = 0; step < 300; ++step) {
    const Digits digits(step, 16);
    const float now = rate * std::min(1.0f, static_cast<float>(step + 1) / ramp);
    learn_step(sorter.store, tape, digits.sorted, now,
               [&](Tape& on) { return sorter(on, digits); });
  }
  const Digits looked_at(1000000, 64);
  tape.begin(Mode::inference);
  return percent_right(sorter(tape, looked_at).value(), looked_at);
}

/// How much is right where each place always gets the digit that is most frequent there.
double best_guess(const Digits& digits) {
  Index n_right = 0;
  for (Index place = 0; place < digits_per_row; ++place) {
    std::array<Index, n_digits> counts{};
    for (size_t i = static_cast<size_t>(place); i < digits.sorted.size(); i += digits_per_row) {
      ++counts[static_cast<size_t>(digits.sorted[i])];
    }
    n_right += *std::max_element(counts.begin(), counts.end());
  }
  return 100.0 * static_cast<double>(n_right) / static_cast<double>(digits.sorted.size());
}

}  // namespace

void show_large_steps(const SceneRequest&) {
  std::vector<TableRow> table;
  for (const float rate : {0.05f, 0.3f}) {
    table.push_back({number_text(rate, 2), number_text(learned<PostNormStack>(rate, 1), 0),
                     number_text(learned<PostNormStack>(rate, 150), 0),
                     number_text(learned<PreNormStack>(rate, 1), 0)});
  }
  print_table({"rate", "norm after (the paper)", "norm after, warmed up", "norm before"}, table);
  value("% right of who names the most frequent digit of each place",
        best_guess(Digits(1000000, 64)), 0);
}

}  // namespace transformer
