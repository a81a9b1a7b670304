#include "chapters/01_embeddings/embedding.hpp"

#include <cmath>

#include "src/kernels/kernels.hpp"

namespace transformer {

Embedding::Embedding(ParameterStore& store, const std::string& path, Index n_vocabulary,
                     Index d_model)
    : table_(store.add(path, n_vocabulary, d_model,
                       Initial::uniform(1.0 / static_cast<double>(d_model)))) {}

//! [lookup]
Variable Embedding::operator()(Tape& tape, std::span<const TokenId> tokens) const {
  const Variable table = table_;  // (n_vocabulary, d_model)
  const float scale = std::sqrt(static_cast<float>(table.n_columns()));
  return tape.operation(
      "embedding", {table}, {std::ssize(tokens), table.n_columns()},
      [=](const ForwardPass& pass) {
        gather_rows(table.value(), tokens, scale, pass.y, pass.threads);
      },
      [=](const BackwardPass& pass) {
        // A row's gradient is the sum over all places where its token stands.
        scatter_add_rows(pass.dy, tokens, scale, pass.into(table), pass.threads);
      });  // (n_tokens, d_model)
}
//! [lookup]

}  // namespace transformer
