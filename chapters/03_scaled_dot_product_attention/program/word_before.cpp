// Queries and keys that learn to find the word before.
#include <fmt/format.h>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"
#include "src/autograd/operations.hpp"
#include "src/base/philox.hpp"
#include "src/book/descent.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

constexpr Index width = 16, n_letters = 8, length = 8, n_words = 32;

/// Random words of eight letters; what is asked for at every place but the first is the letter
/// before.
struct Words {
  std::vector<TokenId> letters, places, before;
  std::vector<Index> offsets{0};

  explicit Words(std::uint32_t number) {
    const RandomKey key{1, number};
    for (Index i = 0; i < n_words * length; ++i) {
      letters.push_back(static_cast<TokenId>(key.below(static_cast<std::uint64_t>(i), n_letters)));
      if (i % length == 0) continue;
      places.push_back(static_cast<TokenId>(i));
      before.push_back(letters[static_cast<size_t>(i - 1)]);
    }
    for (Index w = 1; w <= n_words; ++w) offsets.push_back(w * length);
  }
};

/// What is learned: a table, what queries and keys are made of, and who reads the result.
struct Finder {
  ParameterStore store{1};
  Embedding embedding{store, "embedding", n_letters, width};
  PositionalEncoding positions{length, width};
  Variable w_q = store.add("w_q", width, width, Initial::glorot(width, width)),
           w_k = store.add("w_k", width, width, Initial::glorot(width, width)),
           reader = store.add("reader", width, n_letters, Initial::glorot(width, n_letters));
  Variable q, k;

  //! [finder]
  /// The logits of the letter before, at every place but the first of each word.
  Variable operator()(Tape& tape, const Words& words) {
    const Segments each_word{words.offsets};
    const Variable x = positions(embedding(tape, words.letters), each_word);
    q = linear(x, w_q), k = linear(x, w_k);
    const Variable found =
        scaled_dot_product_attention(q, k, x, {each_word, each_word, Mask::none}, 1);
    return linear(rows(found, words.places, 1.0f), reader);
  }
  //! [finder]

  /// The weights of the first word.
  Matrix weights() const {
    Matrix w = zeros(length, length);
    attention_weights(q.value().rows(0, length), k.value().rows(0, length), Mask::none, view_of(w));
    return w;
  }
};

}  // namespace

void show_word_before(const SceneRequest& request) {
  Finder finder;
  Tape tape(Threads::serial());
  const Words looked_at(1000000);
  std::vector<Matrix> maps;
  std::vector<std::string> titles;
  std::vector<TableRow> table;
  for (std::uint32_t step = 0; step <= 3000; ++step) {
    if (step == 0 || step == 300 || step == 1000 || step == 3000) {
      tape.begin(Mode::inference);
      const Variable logits = finder(tape, looked_at);
      maps.push_back(finder.weights());
      titles.push_back(fmt::format("after {} steps", step));
      double to_before = 0.0;
      for (Index i = 1; i < length; ++i) to_before += double{maps.back()(i, i - 1)} / (length - 1);
      const double right = 100.0 * static_cast<double>(n_right(logits.value(), looked_at.before)) /
                           static_cast<double>(looked_at.before.size());
      table.push_back({std::to_string(step), number_text(to_before, 2), number_text(right, 0)});
    }
    const Words words(step);
    learn_step(finder.store, tape, words.before, 0.1f, [&](Tape& on) { return finder(on, words); });
  }
  print_table({"steps", "weight of the place before", "% right"}, table);
  std::vector<HeatMapPanel> panels;
  for (size_t i = 0; i < maps.size(); ++i) panels.push_back({titles[i], view_of(maps[i])});
  request.draw("word_before", heat_maps(panels, {.title = "Which place each place looks at",
                                                 .x_label = "key",
                                                 .y_label = "query",
                                                 .low = 0.0,
                                                 .high = 1.0}));
}

}  // namespace transformer
