// Two heads that learn two things to look at: the letter before, and the letter after.
#include <fmt/format.h>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "chapters/04_multi_head_attention/program/demonstrations.hpp"
#include "src/autograd/operations.hpp"
#include "src/base/philox.hpp"
#include "src/book/descent.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

constexpr Index width = 32, n_letters = 8, length = 8, n_words = 32;

/// Random words of eight letters; at every inner place the letters on both sides are asked for.
struct Words {
  std::vector<TokenId> letters, places;
  std::vector<TokenId> sides;  // all letters before, then all letters after
  std::vector<Index> offsets{0};

  explicit Words(std::uint32_t number) {
    const RandomKey key{1, number};
    for (Index i = 0; i < n_words * length; ++i) {
      letters.push_back(static_cast<TokenId>(key.below(static_cast<std::uint64_t>(i), n_letters)));
      const Index place = i % length;
      if (place != 0 && place != length - 1) places.push_back(static_cast<TokenId>(i));
    }
    for (const int step : {-1, 1}) {
      for (const TokenId place : places) {
        sides.push_back(letters[static_cast<size_t>(place + step)]);
      }
    }
    for (Index w = 1; w <= n_words; ++w) offsets.push_back(w * length);
  }
};

/// One attention, and two linear layers that read the letters on both sides off its result.
class Finder {
 public:
  explicit Finder(Index n_heads)
      : embedding_(store_, "embedding", n_letters, width),
        attention_(store_, "attention", width, n_heads),
        before_(store_.add("before", width, n_letters, Initial::glorot(width, n_letters))),
        after_(store_.add("after", width, n_letters, Initial::glorot(width, n_letters))) {}

  Variable operator()(Tape& tape, const Words& words) const {
    const Segments each_word{words.offsets};
    const Variable x = positions_(embedding_(tape, words.letters), each_word);
    const Variable found = rows(attention_(x, each_word, Mask::none), words.places);
    return join_rows(std::vector<Variable>{linear(found, before_), linear(found, after_)});
  }

  void learn(Tape& tape, std::uint32_t n_steps) {
    for (std::uint32_t step = 1; step <= n_steps; ++step) {
      const Words words(step);
      learn_step(store_, tape, words.sides, 0.1f, [&](Tape& on) { return (*this)(on, words); });
    }
  }

 private:
  ParameterStore store_{1};
  Embedding embedding_;
  PositionalEncoding positions_{length, width};
  SelfAttention attention_;
  Variable before_, after_;
};

/// The weights of the first word in each head, and how many letters are found.
struct Looked {
  std::vector<Matrix> weights;
  double percent_right = 0;
};

Looked look(const Finder& finder, Tape& tape, Index n_heads) {
  const Words words(1000000);
  Variable q, k;
  tape.begin(Mode::inference);
  const auto keep = [&](std::string_view, std::string_view name, Variable array) {
    if (name == "q") q = array;
    if (name == "k") k = array;
  };
  const Tape::Listening listening = tape.listen(keep);
  const Variable logits = finder(tape, words);
  Looked looked;
  const Index d_k = width / n_heads;
  for (Index h = 0; h < n_heads; ++h) {
    const auto head = [&](Variable x) {
      return x.value().rows(0, length).columns(h * d_k, (h + 1) * d_k);
    };
    Matrix& weights = looked.weights.emplace_back(zeros(length, length));
    attention_weights(head(q), head(k), Mask::none, view_of(weights));
  }
  looked.percent_right = 100.0 * static_cast<double>(n_right(logits.value(), words.sides)) /
                         static_cast<double>(words.sides.size());
  return looked;
}

/// The mean weight that the inner places give to the place `step` beside them.
double weight_of(const Matrix& weights, int step) {
  double sum = 0;
  for (Index i = 1; i < length - 1; ++i) sum += double{weights(i, i + step)};
  return sum / (length - 2);
}

}  // namespace

void show_heads(const SceneRequest& request) {
  Tape tape(Threads::serial());
  std::vector<TableRow> table;
  std::vector<Matrix> maps;
  std::vector<std::string> titles;
  for (const Index n_heads : {1, 2}) {
    Finder finder(n_heads);
    finder.learn(tape, 3000);
    const Looked looked = look(finder, tape, n_heads);
    for (size_t h = 0; h < looked.weights.size(); ++h) {
      const Matrix& weights = looked.weights[h];
      titles.push_back(n_heads == 1 ? "the only head" : fmt::format("of two, head {}", h));
      maps.push_back(weights);
      table.push_back({titles.back(), number_text(weight_of(weights, -1), 2),
                       number_text(weight_of(weights, 1), 2),
                       h == 0 ? number_text(looked.percent_right, 0) : ""});
    }
  }
  print_table({"", "weight of the place before", "of the place after", "letters found, %"}, table);
  std::vector<HeatMapPanel> panels;
  for (size_t i = 0; i < maps.size(); ++i) panels.push_back({titles[i], view_of(maps[i])});
  request.draw("heads", heat_maps(panels, {.title = "Which place each place looks at",
                                           .x_label = "key",
                                           .y_label = "query",
                                           .low = 0.0,
                                           .high = 1.0}));
}

}  // namespace transformer
