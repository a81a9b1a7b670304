// Who ate whom, learned: from one vector of the verb two readers must tell who ate and who was
// eaten.
#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "chapters/04_multi_head_attention/program/demonstrations.hpp"
#include "src/autograd/operations.hpp"
#include "src/base/philox.hpp"
#include "src/book/descent.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

constexpr Index width = 16, n_sentences = 64, n_steps = 4000;

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

/// Of new sentences the share, in percent, in which both are read right.
double percent_right(Index n_nouns, Index n_heads) {
  ParameterStore store(1);
  const Readers readers(store, n_nouns, n_heads);
  Tape tape(Threads::serial());
  for (std::uint32_t step = 1; step <= n_steps; ++step) {
    const Sentences sentences(n_nouns, step);
    learn_step(store, tape, sentences.who_and_whom(), 0.03f,
               [&](Tape& on) { return readers(on, sentences); });
  }
  Index n_both = 0;
  constexpr std::uint32_t n_tests = 8, first_test = 1000000;
  for (std::uint32_t i = 0; i < n_tests; ++i) {
    const Sentences sentences(n_nouns, first_test + i);
    tape.begin(Mode::inference);
    const std::vector<TokenId> found = likeliest(readers(tape, sentences).value());
    for (size_t who = 0, whom = n_sentences; who < n_sentences; ++who, ++whom) {
      n_both += found[who] == sentences.who[who] && found[whom] == sentences.whom[who];
    }
  }
  return 100.0 * static_cast<double>(n_both) / static_cast<double>(n_tests * n_sentences);
}

}  // namespace

void show_who_ate_whom(const SceneRequest&) {
  std::vector<TableRow> table;
  for (const Index n_nouns : {8, 30, 100}) {
    TableRow& row = table.emplace_back(TableRow{std::to_string(n_nouns)});
    for (const Index n_heads : {1, 2}) {
      row.push_back(number_text(percent_right(n_nouns, n_heads), 0));
    }
  }
  print_table({"nouns", "one head, % right", "two heads"}, table);
}

}  // namespace transformer
