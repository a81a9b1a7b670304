// An encoder that learns to sort digits.
#include <fmt/ranges.h>

#include <algorithm>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/05_encoder/encoder.hpp"
#include "chapters/05_encoder/program/demonstrations.hpp"
#include "src/autograd/operations.hpp"
#include "src/base/philox.hpp"
#include "src/book/descent.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

constexpr Index n_digits = 10, length = 6, n_rows = 32;

/// Rows of six random digits, and the same in order.
struct Digits {
  std::vector<TokenId> given, sorted;
  std::vector<Index> offsets{0};

  explicit Digits(std::uint32_t number) {
    const RandomKey key{1, number};
    for (Index i = 0; i < n_rows * length; ++i) {
      given.push_back(static_cast<TokenId>(key.below(static_cast<std::uint64_t>(i), n_digits)));
    }
    sorted = given;
    for (Index row = 0; row < n_rows; ++row) {
      std::sort(sorted.begin() + row * length, sorted.begin() + (row + 1) * length);
      offsets.push_back((row + 1) * length);
    }
  }
};

//! [sorter]
/// At every place, how well each digit would stand there.
struct Sorter {
  ParameterStore store{1};
  ModelConfig config{.d_model = 32, .d_ff = 64, .n_heads = 4, .n_layers = 2, .p_drop = 0.0f};
  Embedding embedding{store, "embedding", n_digits, config.d_model};
  PositionalEncoding positions{length, config.d_model};
  Encoder encoder{store, "encoder", config};
  Variable reader =
      store.add("reader", config.d_model, n_digits, Initial::glorot(config.d_model, n_digits));

  Variable operator()(Tape& tape, const Digits& digits) const {
    const Segments rows{digits.offsets};
    const Variable x = positions(embedding(tape, digits.given), rows);
    return linear(encoder(x, rows), reader);  // (n_tokens, n_digits)
  }
};
//! [sorter]

std::string text_of(std::span<const TokenId> digits) {
  return fmt::format("{}", fmt::join(digits, " "));
}

}  // namespace

void show_sorting(const SceneRequest&) {
  Sorter sorter;
  Tape tape(Threads::serial());
  const Digits looked_at(1000000);
  std::vector<TableRow> table;
  for (std::uint32_t step = 0; step <= 2000; ++step) {
    if (step == 0 || step == 100 || step == 500 || step == 2000) {
      tape.begin(Mode::inference);
      const ConstMatrixView logits = sorter(tape, looked_at).value();
      const double right = 100.0 * static_cast<double>(n_right(logits, looked_at.sorted)) /
                           static_cast<double>(looked_at.sorted.size());
      table.push_back({std::to_string(step), number_text(right, 0),
                       text_of(likeliest(logits.rows(0, length)))});
    }
    const Digits digits(step);
    learn_step(sorter.store, tape, digits.sorted, 0.1f,
               [&](Tape& on) { return sorter(on, digits); });
  }
  fmt::print("to sort: {}\n", text_of(std::span(looked_at.given).first(length)));
  print_table({"steps", "% of the places right", "written"}, table);
}

}  // namespace transformer
