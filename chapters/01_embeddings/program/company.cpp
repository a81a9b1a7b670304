// Words learn their vectors from the company they keep.
#include "chapters/01_embeddings/program/company.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "chapters/01_embeddings/embedding.hpp"
#include "src/autograd/operations.hpp"
#include "src/book/descent.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/data/lines.hpp"
#include "src/data/tokens.hpp"
#include "src/data/vocabulary.hpp"
#include "src/run/root.hpp"

namespace transformer {
namespace {

constexpr Index width = 16;
constexpr size_t n_lines = 2000;

/// Every word of the toy's first sentences that has a neighbour on both sides, with them.
struct Company {
  TokenCounts words;
  std::vector<TokenId> word, before, after;

  Company() {
    const std::vector<std::string> lines = read_lines(project_root() / "data" / "toy" / "train.en");
    for (size_t i = 0; i < n_lines; ++i) {
      std::vector<TokenId> ids;
      for (const std::string_view token : split(lines[i])) ids.push_back(words.add(token));
      for (size_t j = 1; j + 1 < ids.size(); ++j) {
        before.push_back(ids[j - 1]);
        word.push_back(ids[j]);
        after.push_back(ids[j + 1]);
      }
    }
  }
};

/// The four words whose vectors have the smallest angles with that of a word, in the order of the
/// alphabet.
std::string nearest(ConstMatrixView table, const TokenCounts& words, std::string_view word) {
  const auto row = [&](TokenId id) { return table.rows(id, id + 1); };
  TokenId own = 0;
  while (words.token(own) != word) ++own;
  std::vector<std::pair<double, std::string>> all;
  for (TokenId id = 0; id < words.n_different(); ++id) {
    if (id == own) continue;
    const double cosine =
        inner_product(row(own), row(id)) /
        std::sqrt(inner_product(row(own), row(own)) * inner_product(row(id), row(id)));
    all.emplace_back(-cosine, words.token(id));
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> names;
  for (size_t i = 0; i < 4; ++i) names.push_back(all[i].second);
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, " "));
}

}  // namespace

void show_company(const SceneRequest&) {
  const Company company;
  const Index n_words = company.words.n_different();
  ParameterStore store(1);
  const Embedding embedding(store, "embedding", n_words, width);
  const Variable to_before = store.add("before", width, n_words, Initial::glorot(width, n_words)),
                 to_after = store.add("after", width, n_words, Initial::glorot(width, n_words));
  std::vector<TokenId> right = company.before;
  right.insert(right.end(), company.after.begin(), company.after.end());

  const std::vector<std::string> looked_up = {"cat", "black", "sees", "house"};
  std::vector<TableRow> table;
  const auto note = [&] {
    for (size_t i = 0; i < looked_up.size(); ++i) {
      table[i].push_back(nearest(embedding.table().value(), company.words, looked_up[i]));
    }
  };
  for (const std::string& word : looked_up) table.push_back({word});
  note();
  Tape tape(Threads::serial());
  double first_loss = 0.0, loss = 0.0;
  for (int step = 0; step <= 200; ++step) {
    //! [company]
    store.forget_gradients();
    tape.begin(Mode::training);
    const Variable vectors = embedding(tape, company.word);
    // How probable each word of the vocabulary is as a neighbour: before, and after.
    const std::vector<Variable> neighbours = {linear(vectors, to_before),
                                              linear(vectors, to_after)};
    loss = learn_classes(join_rows(neighbours), right);
    descend(store, 1.0f);
    //! [company]
    if (step == 0) first_loss = loss;
  }
  note();
  value("words", n_words);
  value("loss at first", first_loss, 2);
  value("loss after 200 steps", loss, 2);
  print_table({"word", "nearest four at first", "and after 200 steps"}, table);
}

}  // namespace transformer
