#include "chapters/01_embeddings/embedding.hpp"

#include <cmath>

#include "src/autograd/operations.hpp"

namespace transformer {

Embedding::Embedding(ParameterStore& store, const std::string& path, Index n_vocabulary,
                     Index d_model)
    : table_(store.add(path, n_vocabulary, d_model,
                       Initial::uniform(1.0 / static_cast<double>(d_model)))) {}

//! [lookup]
Variable Embedding::operator()(Tape& tape, std::span<const TokenId> tokens) const {
  const float scale = std::sqrt(static_cast<float>(table_.n_columns()));
  return rows(tape.use(table_), tokens, scale);  // (n_tokens, d_model)
}
//! [lookup]

}  // namespace transformer
