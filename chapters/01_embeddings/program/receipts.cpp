#include "chapters/01_embeddings/program/receipts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "chapters/01_embeddings/embedding.hpp"
#include "src/book/examples.hpp"
#include "src/book/numeric_gradient.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

//! [formula]
/// sum(sqrt(d_model) * table[tokens] * dy), as the formula says it.
double loss_of(const MatrixOf<double>& table, std::span<const TokenId> tokens, const Matrix& dy) {
  const double scale = std::sqrt(static_cast<double>(table.shape(1)));
  double loss = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    for (size_t j = 0; j < table.shape(1); ++j) loss += scale * table(tokens[i], j) * dy(i, j);
  }
  return loss;
}
//! [formula]

}  // namespace

void show_receipts(const SceneRequest&) {
  ReferenceCheck file(reference_file("01_embeddings"));
  const std::vector<TokenId> tokens = file.tokens("tokens");
  const Matrix dy = file.input("dy"), pytorch = file.input("gradients/embedding");
  ParameterStore store(0);
  const Embedding embedding(store, "embedding", 11, 8);
  file.load_values(store);
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  tape.backward(embedding(tape, tokens), view_of(dy));

  const ConstMatrixView analytic = embedding.table().gradient();
  MatrixOf<double> table = matrix_of<double>(embedding.table().value());
  const Matrix numeric = numeric_gradient(table, [&] { return loss_of(table, tokens, dy); });
  std::vector<TableRow> rows;
  for (const Index token : {3, 7, 0, 1}) {
    rows.push_back({fmt::format("dtable({}, 0)", token),
                    std::to_string(std::count(tokens.begin(), tokens.end(), token)),
                    number_text(analytic(token, 0), 6), number_text(numeric(token, 0), 6),
                    number_text(pytorch(token, 0), 6)});
  }
  print_table({"", "places", "analytic", "numeric", "PyTorch"}, rows);
  value("elements", numeric.size());
  value_line("largest difference, analytic - PyTorch",
             power_text(largest_difference(analytic, view_of(pytorch))));
  value_line("largest difference, numeric - PyTorch",
             power_text(largest_difference(view_of(numeric), view_of(pytorch))));
}

}  // namespace transformer
