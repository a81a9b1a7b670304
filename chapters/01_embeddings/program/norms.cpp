#include "chapters/01_embeddings/program/norms.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "chapters/01_embeddings/embedding.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

/// The root of the mean squared length of a matrix's rows.
double row_norm(ConstMatrixView matrix) {
  return std::sqrt(inner_product(matrix, matrix) / static_cast<double>(matrix.n_rows));
}

}  // namespace

void show_norms(const SceneRequest& request) {
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
  request.draw("norms", line_chart(lines, {.title = "Length of the vectors",
                                           .x_label = "d_model",
                                           .y_label = "length",
                                           .low_y = 0.0}));
}

}  // namespace transformer
