// Shows how tokens become vectors: ids, the lookup and its gradient, and why the factor
// sqrt(d_model).
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/01_embeddings/program/company.hpp"
#include "chapters/01_embeddings/program/norms.hpp"
#include "chapters/01_embeddings/program/receipts.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

const std::vector<std::string> words = {"the", "dog", "ate", "the", "cat"};
constexpr Index d_model = 4;

// ---- From words to ids ------------------------------------------------------------------------

/// Every new word gets the next id.
std::map<std::string, TokenId> make_vocabulary(std::vector<std::string>& words_by_id) {
  std::map<std::string, TokenId> ids;
  for (const std::string& word : words) {
    const auto next = static_cast<TokenId>(ids.size());
    if (ids.emplace(word, next).second) words_by_id.push_back(word);
  }
  return ids;
}

void show_tokens(const SceneRequest&) {
  std::vector<std::string> words_by_id;
  const std::map<std::string, TokenId> ids = make_vocabulary(words_by_id);
  std::vector<TableRow> table;
  for (const std::string& word : words) table.push_back({word, std::to_string(ids.at(word))});
  print_table({"word", "id"}, table);
  value("n_vocabulary", words_by_id.size());
}

// ---- From ids to vectors ----------------------------------------------------------------------

//! [one_hot]
/// Row i has a single 1, in column tokens[i]: (n_tokens, n_vocabulary).
Matrix one_hot(std::span<const TokenId> tokens, Index n_vocabulary) {
  Matrix matrix = zeros(static_cast<Index>(tokens.size()), n_vocabulary);
  for (size_t i = 0; i < tokens.size(); ++i) matrix(i, tokens[i]) = 1;
  return matrix;
}
//! [one_hot]

/// The words, looked up in a table that nobody has trained.
struct Lookup {
  std::vector<std::string> words_by_id;
  std::vector<TokenId> tokens;
  ParameterStore store{1};
  Tape tape{Threads::serial()};
  Variable table, y;

  Lookup() {
    const std::map<std::string, TokenId> ids = make_vocabulary(words_by_id);
    for (const std::string& word : words) tokens.push_back(ids.at(word));
    const Embedding embedding(store, "embedding", std::ssize(words_by_id), d_model);
    tape.begin(Mode::training);
    table = embedding.table();
    y = embedding(tape, tokens);
  }
  Matrix selector() const { return one_hot(tokens, table.n_rows()); }
  static float scale() { return std::sqrt(static_cast<float>(d_model)); }
};

void show_lookup(const SceneRequest&) {
  const Lookup lookup;
  print_matrix("table", lookup.table.value(), {.row_labels = lookup.words_by_id});
  print_matrix(fmt::format("vectors = {} * rows of the table", Lookup::scale()), lookup.y.value(),
               {.row_labels = words});
  const float* first = lookup.y.value().data;
  const auto [lowest, highest] = std::minmax_element(first, first + lookup.y.value().size());
  value("lowest", *lowest, 3);
  value("highest", *highest, 3);
}

void show_one_hot(const SceneRequest&) {
  const Lookup lookup;
  const Matrix selector = lookup.selector();
  print_matrix("one_hot", view_of(selector),
               {.row_labels = words, .column_labels = lookup.words_by_id, .digits = 0});
  Matrix product = zeros(lookup.y.n_rows(), d_model);
  matmul(view_of(selector), lookup.table.value(), view_of(product));
  product *= Lookup::scale();
  value_line(
      fmt::format("largest difference of {} * one_hot * table to the lookup", Lookup::scale()),
      power_text(largest_difference(view_of(product), lookup.y.value())));
}

// ---- The gradient -----------------------------------------------------------------------------

/// A loss that wants every element of the first vector larger, twice as much of the second, ...
void show_gradient(const SceneRequest&) {
  Lookup lookup;
  Matrix dy = zeros(lookup.y.n_rows(), d_model);
  for (Index i = 0; i < lookup.y.n_rows(); ++i) {
    for (Index j = 0; j < d_model; ++j) dy(i, j) = static_cast<float>(i + 1);
  }
  lookup.tape.backward(lookup.y, view_of(dy));
  const ConstMatrixView dtable = lookup.table.gradient();
  print_matrix("gradient of the vectors", view_of(dy), {.row_labels = words, .digits = 0});
  print_matrix("gradient of the table", dtable, {.row_labels = lookup.words_by_id, .digits = 0});
  fmt::print("'the' stands at places 0 and 3: {} * ({} + {}) = {}\n", Lookup::scale(), dy(0, 0),
             dy(3, 0), dtable(0, 0));

  const Matrix selector = lookup.selector();
  Matrix product = zeros(lookup.table.n_rows(), d_model);
  matmul(transposed(view_of(selector)), view_of(dy), view_of(product));
  product *= Lookup::scale();
  value_line(fmt::format("largest difference to {} * one_hot^T * gradient of the vectors",
                         Lookup::scale()),
             power_text(largest_difference(view_of(product), dtable)));
}

const Chapter chapter = {
    "01_embeddings",
    "From tokens to vectors.",
    {{"tokens", "words get ids", show_tokens},
     {"lookup", "ids get vectors", show_lookup},
     {"one_hot", "the lookup is a product with a selector", show_one_hot},
     {"gradient", "the gradient of the table", show_gradient},
     {"company", "vectors that learn which words stand beside theirs", show_company},
     {"norms", "how long vectors and positions are", show_norms},
     {"receipts", "the gradient of the table, found in three ways", show_receipts}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
