// Shows how tokens become vectors: ids, the lookup and its gradient, and why the factor
// sqrt(d_model).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/01_embeddings/receipts.hpp"
#include "src/book/examples.hpp"
#include "src/book/figures.hpp"
#include "src/book/program.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

const std::string chapter = "01_embeddings";
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

std::vector<TokenId> show_tokens(std::vector<std::string>& words_by_id) {
  section("tokens");
  const std::map<std::string, TokenId> ids = make_vocabulary(words_by_id);
  std::vector<TokenId> tokens;
  std::vector<TableRow> table;
  for (const std::string& word : words) {
    tokens.push_back(ids.at(word));
    table.push_back({word, std::to_string(tokens.back())});
  }
  print_table({"word", "id"}, table);
  value("n_vocabulary", words_by_id.size());
  return tokens;
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

void show_lookup(Variable table, Variable y, const Matrix& selector,
                 const std::vector<std::string>& words_by_id) {
  section("lookup");
  const float scale = std::sqrt(static_cast<float>(d_model));
  print_matrix("table", table.value(), {.row_labels = words_by_id});
  print_matrix(fmt::format("vectors = {} * rows of the table", scale), y.value(),
               {.row_labels = words});
  const float* first = y.value().data;
  const auto [lowest, highest] = std::minmax_element(first, first + y.value().size());
  value("lowest", *lowest, 3);
  value("highest", *highest, 3);

  section("one_hot");
  print_matrix("one_hot", view_of(selector),
               {.row_labels = words, .column_labels = words_by_id, .digits = 0});
  Matrix product = zeros(y.n_rows(), d_model);
  matmul(view_of(selector), table.value(), view_of(product));
  product *= scale;
  value_line(fmt::format("largest difference of {} * one_hot * table to the lookup", scale),
             power_text(largest_difference(view_of(product), y.value())));
}

// ---- The gradient -----------------------------------------------------------------------------

/// A loss that wants every element of the first vector larger, twice as much of the second, ...
void show_gradient(Tape& tape, Variable table, Variable y, const Matrix& selector,
                   const std::vector<std::string>& words_by_id) {
  section("gradient");
  Matrix dy = zeros(y.n_rows(), d_model);
  for (Index i = 0; i < y.n_rows(); ++i) {
    for (Index j = 0; j < d_model; ++j) dy(i, j) = static_cast<float>(i + 1);
  }
  tape.backward(y, view_of(dy));
  print_matrix("gradient of the vectors", view_of(dy), {.row_labels = words, .digits = 0});
  print_matrix("gradient of the table", table.gradient(), {.row_labels = words_by_id, .digits = 0});
  const float scale = std::sqrt(static_cast<float>(d_model));
  fmt::print("'the' stands at places 0 and 3: {} * ({} + {}) = {}\n", scale, dy(0, 0), dy(3, 0),
             table.gradient()(0, 0));

  Matrix product = zeros(table.n_rows(), d_model);
  matmul(transposed(view_of(selector)), view_of(dy), view_of(product));
  product *= scale;
  value_line(fmt::format("largest difference to {} * one_hot^T * gradient of the vectors", scale),
             power_text(largest_difference(view_of(product), table.gradient())));
}

// ---- Why sqrt(d_model) ------------------------------------------------------------------------

/// The root of the mean squared length of a matrix's rows.
double row_norm(ConstMatrixView matrix) {
  return std::sqrt(inner_product(matrix, matrix) / static_cast<double>(matrix.n_rows));
}

void show_norms(const std::filesystem::path& figures) {
  section("norms");
  constexpr Index n_vocabulary = 1000;
  std::vector<TokenId> tokens;
  for (TokenId token = 0; token < n_vocabulary; ++token) tokens.push_back(token);

  std::vector<Series> lines = {{"embedding as it is", {}, {}},
                               {"times sqrt(d_model)", {}, {}},
                               {"positional encoding", {}, {}}};
  std::vector<TableRow> rows;
  std::vector<double> ratios;
  for (Index d = 32; d <= 1024; d *= 2) {
    ParameterStore store(1);
    const Embedding embedding(store, "embedding", n_vocabulary, d);
    Tape tape(Threads::serial());
    const Variable y = embedding(tape, tokens);
    // Each pair of columns of the positional encoding is a sine and a cosine of one angle, and
    // sin^2 + cos^2 = 1: so every position has the same length.
    const double positional = std::sqrt(static_cast<double>(d) / 2);
    const std::vector<double> norms = {row_norm(embedding.table().value()), row_norm(y.value()),
                                       positional};
    TableRow& row = rows.emplace_back(TableRow{std::to_string(d)});
    for (size_t i = 0; i < lines.size(); ++i) {
      lines[i].x.push_back(static_cast<double>(d));
      lines[i].y.push_back(norms[i]);
      row.push_back(number_text(norms[i], 2));
    }
    ratios = {norms[2] / norms[0], norms[2] / norms[1]};
  }
  print_table({"d_model", lines[0].name, lines[1].name, lines[2].name}, rows);
  value("position to embedding at d_model = 1024, as it is", ratios[0]);
  value("position to embedding at d_model = 1024, times sqrt(d_model)", ratios[1]);
  write_figure(figures / "norms.svg", line_chart(lines, {.title = "Length of the vectors",
                                                         .x_label = "d_model",
                                                         .y_label = "length",
                                                         .log_x = true,
                                                         .low_y = 0.0}));
}

// ---- The reference ----------------------------------------------------------------------------

int check_reference() {
  section("reference");
  ReferenceCheck check(reference_file(chapter));
  const std::vector<TokenId> tokens = check.tokens("tokens");
  const Matrix dy = check.input("dy");
  ParameterStore store(0);
  const Embedding embedding(store, "embedding", 11, 8);
  check.load_values(store);

  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable y = embedding(tape, tokens);
  tape.backward(y, view_of(dy));
  check.compare("outputs/y", y.value());
  check.compare_gradients(store);
  return check.finish();
}

int program(const ChapterOptions& options) {
  std::vector<std::string> words_by_id;
  const std::vector<TokenId> tokens = show_tokens(words_by_id);
  const auto n_vocabulary = static_cast<Index>(words_by_id.size());
  const Matrix selector = one_hot(tokens, n_vocabulary);

  ParameterStore store(1);
  const Embedding embedding(store, "embedding", n_vocabulary, d_model);
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable y = embedding(tape, tokens);
  show_lookup(embedding.table(), y, selector, words_by_id);
  show_gradient(tape, embedding.table(), y, selector, words_by_id);
  show_norms(options.figures);
  show_receipts(reference_file(chapter));
  return check_reference();
}

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter, "From tokens to vectors.",
                                  transformer::program);
}
