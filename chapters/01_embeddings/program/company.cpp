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
#include "src/draw/figures.hpp"
#include "src/run/root.hpp"

namespace transformer {
namespace {

constexpr Index width = 16;
constexpr size_t n_lines = 2000;
const std::vector<std::string> drawn = {"cat",  "dog",     "child", "black", "white",  "red",
                                        "sees", "follows", "finds", "house", "garden", "school"};

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

  /// All that stand before, then all that stand behind.
  std::vector<TokenId> neighbours() const {
    std::vector<TokenId> all = before;
    all.insert(all.end(), after.begin(), after.end());
    return all;
  }
};

TokenId id_of(const TokenCounts& words, std::string_view word) {
  TokenId id = 0;
  while (words.token(id) != word) ++id;
  return id;
}

double cosine(ConstMatrixView a, ConstMatrixView b) {
  return inner_product(a, b) / std::sqrt(inner_product(a, a) * inner_product(b, b));
}

/// The cosines between the vectors of some words: (n_drawn, n_drawn).
Matrix cosines(ConstMatrixView table, const TokenCounts& words) {
  const auto row = [&](size_t i) {
    const TokenId id = id_of(words, drawn[i]);
    return table.rows(id, id + 1);
  };
  Matrix all = zeros(std::ssize(drawn), std::ssize(drawn));
  for (size_t i = 0; i < drawn.size(); ++i) {
    for (size_t j = 0; j < drawn.size(); ++j) {
      all(i, j) = static_cast<float>(cosine(row(i), row(j)));
    }
  }
  return all;
}

/// The four words whose vectors have the smallest angles with that of a word, in the order of the
/// alphabet.
std::string nearest(ConstMatrixView table, const TokenCounts& words, std::string_view word) {
  const auto row = [&](TokenId id) { return table.rows(id, id + 1); };
  const TokenId own = id_of(words, word);
  std::vector<std::pair<double, std::string>> all;
  for (TokenId id = 0; id < words.n_different(); ++id) {
    if (id == own) continue;
    all.emplace_back(-cosine(row(own), row(id)), words.token(id));
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> names;
  for (size_t i = 0; i < 4; ++i) names.push_back(all[i].second);
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, " "));
}

/// Vectors of words, and two layers that say from them which words stand before and behind.
class Learner {
 public:
  /// One step down the gradient; gives the loss before it.
  double step() {
    //! [company]
    store_.forget_gradients();
    tape_.begin(Mode::training);
    const Variable vectors = embedding_(tape_, company_.word);
    // How probable each word of the vocabulary is as a neighbour: before, and after.
    const std::vector<Variable> neighbours = {linear(vectors, to_before_),
                                              linear(vectors, to_after_)};
    const double loss = learn_classes(join_rows(neighbours), right_);
    descend(store_, 1.0f);
    //! [company]
    return loss;
  }
  ConstMatrixView table() const { return embedding_.table().value(); }
  const TokenCounts& words() const { return company_.words; }

 private:
  Company company_;
  Index n_words_ = company_.words.n_different();
  ParameterStore store_{1};
  Embedding embedding_{store_, "embedding", n_words_, width};
  Variable to_before_ = store_.add("before", width, n_words_, Initial::glorot(width, n_words_));
  Variable to_after_ = store_.add("after", width, n_words_, Initial::glorot(width, n_words_));
  std::vector<TokenId> right_ = company_.neighbours();
  Tape tape_{Threads::serial()};
};

}  // namespace

void show_company(const SceneRequest& request) {
  Learner learner;
  const std::vector<std::string> looked_up = {"cat", "black", "sees", "house"};
  std::vector<TableRow> table;
  for (const std::string& word : looked_up) {
    table.push_back({word, nearest(learner.table(), learner.words(), word)});
  }
  const Matrix before = cosines(learner.table(), learner.words());
  const double first_loss = learner.step();
  for (int step = 2; step <= 200; ++step) learner.step();
  for (TableRow& row : table) row.push_back(nearest(learner.table(), learner.words(), row[0]));
  const Matrix after = cosines(learner.table(), learner.words());
  const double loss = learner.step();  // before it changes anything

  value("words", learner.words().n_different());
  value("loss at first", first_loss, 2);
  value("loss after 200 steps", loss, 2);
  print_table({"word", "nearest four at first", "and after 200 steps"}, table);
  const std::vector<HeatMapPanel> panels = {{"at first", view_of(before)},
                                            {"after 200 steps", view_of(after)}};
  request.draw("company", heat_maps(panels, {.title = "Cosine of the angle between two words",
                                             .row_labels = drawn,
                                             .column_labels = drawn,
                                             .colours = ColourMap::diverging,
                                             .low = -1.0,
                                             .high = 1.0}));
}

}  // namespace transformer
