// Who ate whom, learned: from one vector of the verb two readers must tell who ate and who was
// eaten.
#include <cmath>

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

constexpr Index width = 16, n_sentences = 64;

/// Sentences of three words, a noun, the verb, and another noun.
struct Sentences {
  std::vector<TokenId> tokens;     // (3 n_sentences)
  std::vector<Index> offsets{0};   // (n_sentences + 1)
  std::vector<TokenId> verbs;      // the rows in which the verb stands
  std::vector<TokenId> who, whom;  // (n_sentences)

  Sentences(Index n_nouns, std::uint32_t number) {
    const RandomKey key{1, number};
    for (std::uint64_t i = 0; i < n_sentences; ++i) {
      who.push_back(static_cast<TokenId>(key.below(2 * i, static_cast<std::uint32_t>(n_nouns))));
      whom.push_back(
          static_cast<TokenId>(key.below(2 * i + 1, static_cast<std::uint32_t>(n_nouns))));
      verbs.push_back(static_cast<TokenId>(tokens.size() + 1));
      tokens.insert(tokens.end(), {who.back(), static_cast<TokenId>(n_nouns), whom.back()});
      offsets.push_back(std::ssize(tokens));
    }
  }

  /// In the order of the rows that `Readers` gives.
  std::vector<TokenId> who_and_whom() const {
    std::vector<TokenId> both = who;
    both.insert(both.end(), whom.begin(), whom.end());
    return both;
  }
};

//! [readers]
/// One attention, and two linear layers that read the verb's vector.
class Readers {
 public:
  Readers(ParameterStore& store, Index n_nouns, Index n_heads)
      : embedding_(store, "embedding", n_nouns + 1, width),
        attention_(store, "attention", width, n_heads),
        who_(store.add("who", width, n_nouns, Initial::glorot(width, n_nouns))),
        whom_(store.add("whom", width, n_nouns, Initial::glorot(width, n_nouns))) {}

  /// The logits of who ate, and below them of who was eaten: (2 n_sentences, n_nouns).
  Variable operator()(Tape& tape, const Sentences& sentences) const {
    const Segments segments{sentences.offsets};
    const Variable x = positions_(embedding_(tape, sentences.tokens), segments);
    const Variable verbs = rows(attention_(x, segments, Mask::none), sentences.verbs, 1.0f);
    return join_rows(std::vector<Variable>{linear(verbs, who_), linear(verbs, whom_)});
  }
  //! [readers]

 private:
  Embedding embedding_;
  PositionalEncoding positions_{3, width};
  SelfAttention attention_;
  Variable who_, whom_;
};

/// A model that has learned, and what came of it.
struct Learned {
  double percent_right = 0;   // of new sentences, those in which both are read right
  Matrix weights;             // (n_heads, 3): what the verb looks at in each head, on average
  double uneven = 0;          // by how much head 0 prefers one noun of a sentence, on average
  Series losses{{}, {}, {}};  // by step
};

/// Adds up what the verb of each sentence looks at, head by head.
void add_weights(Variable q, Variable k, const Sentences& sentences, Learned& sums) {
  const auto n_heads = static_cast<Index>(sums.weights.shape(0)), d_k = width / n_heads;
  for (const TokenId verb : sentences.verbs) {
    for (Index h = 0; h < n_heads; ++h) {
      const auto head = [&](Variable x, Index begin, Index end) {
        return x.value().rows(begin, end).columns(h * d_k, (h + 1) * d_k);
      };
      Matrix weights = zeros(1, 3);
      attention_weights(head(q, verb, verb + 1), head(k, verb - 1, verb + 2), Mask::none,
                        view_of(weights));
      add_to(view_of(weights), view_of(sums.weights).rows(h, h + 1));
      if (h == 0) sums.uneven += std::abs(double{weights(0, 0)} - double{weights(0, 2)});
    }
  }
}

void ask(const Readers& readers, Tape& tape, Index n_nouns, Learned& learned) {
  Index n_both = 0;
  Variable q, k;
  const auto keep = [&](std::string_view, std::string_view name, Variable array) {
    if (name == "q") q = array;
    if (name == "k") k = array;
  };
  const Tape::Listening listening = tape.listen(keep);
  constexpr std::uint32_t n_tests = 8, first_test = 1000000;
  for (std::uint32_t i = 0; i < n_tests; ++i) {
    const Sentences sentences(n_nouns, first_test + i);
    tape.begin(Mode::inference);
    const std::vector<TokenId> found = likeliest(readers(tape, sentences).value());
    for (size_t who = 0, whom = n_sentences; who < n_sentences; ++who, ++whom) {
      n_both += found[who] == sentences.who[who] && found[whom] == sentences.whom[who];
    }
    add_weights(q, k, sentences, learned);
  }
  learned.weights /= static_cast<float>(n_tests * n_sentences);
  learned.uneven /= n_tests * n_sentences;
  learned.percent_right = 100.0 * static_cast<double>(n_both) / (n_tests * n_sentences);
}

Learned learn(Index n_nouns, Index n_heads, Index n_steps) {
  ParameterStore store(1);
  const Readers readers(store, n_nouns, n_heads);
  Tape tape(Threads::serial());
  Learned learned;
  learned.weights = zeros(n_heads, 3);
  learned.losses.name = n_heads == 1 ? "one head" : "two heads";
  constexpr Index every = 100;
  double loss = 0;
  for (Index step = 1; step <= n_steps; ++step) {
    const Sentences sentences(n_nouns, static_cast<std::uint32_t>(step));
    loss += learn_step(store, tape, sentences.who_and_whom(), 0.03f,
                       [&](Tape& on) { return readers(on, sentences); });
    if (step % every != 0) continue;
    learned.losses.x.push_back(static_cast<double>(step));
    learned.losses.y.push_back(loss / every);
    loss = 0;
  }
  ask(readers, tape, n_nouns, learned);
  return learned;
}

}  // namespace

void show_who_ate_whom(const SceneRequest& request) {
  const Index n_steps = request.integer("steps", 100, 999999);
  std::vector<TableRow> table;
  std::vector<Series> losses;
  std::vector<Matrix> maps;
  std::vector<HeatMapPanel> panels;
  const std::vector<Index> nouns = {8, 30, 100};
  for (const Index n_nouns : nouns) {
    const Learned one = learn(n_nouns, 1, n_steps), two = learn(n_nouns, 2, n_steps);
    table.push_back({std::to_string(n_nouns), number_text(one.percent_right, 0),
                     number_text(two.percent_right, 0), number_text(one.uneven, 2)});
    maps.push_back(xt::concatenate(xt::xtuple(one.weights, two.weights)));
    losses = {one.losses, two.losses};
  }
  print_table({"nouns", "one head, % right", "two heads", "one head prefers a noun by"}, table);
  const std::vector<std::string> heads = {"one head", "of two, head 0", "of two, head 1"},
                                 words = {"who", "ate", "whom"};
  print_matrix("what 'ate' looks at, on average, with 100 nouns", view_of(maps.back()),
               {.row_labels = heads, .column_labels = words, .digits = 2});
  for (size_t i = 0; i < maps.size(); ++i) {
    panels.push_back({std::to_string(nouns[i]) + " nouns", view_of(maps[i])});
  }
  request.draw("who_ate_whom", heat_maps(panels, {.title = "What the verb looks at",
                                                  .row_labels = heads,
                                                  .column_labels = words,
                                                  .low = 0.0,
                                                  .high = 1.0,
                                                  .numbers = true}));
  request.draw("losses", line_chart(losses, {.title = "100 nouns: the loss while it falls",
                                             .x_label = "step",
                                             .y_label = "loss",
                                             .low_y = 0.0}));
}

}  // namespace transformer
