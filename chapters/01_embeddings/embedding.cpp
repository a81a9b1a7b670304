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
  const Variable y = tape.make(static_cast<Index>(tokens.size()), table.n_columns());
  gather_rows(table.value(), tokens, scale, y.value(), tape.threads());
  tape.record(y, [=] {
    // A row's gradient is the sum over all places where its token stands.
    scatter_add_rows(y.gradient(), tokens, scale, table.gradient_to_add_to(), y.tape().threads());
  });
  return y;  // (n_tokens, d_model)
}
//! [lookup]

}  // namespace transformer
