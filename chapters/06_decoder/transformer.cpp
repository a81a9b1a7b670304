#include "chapters/06_decoder/transformer.hpp"

#include "src/autograd/operations.hpp"

namespace transformer {

//! [project_to_vocabulary]
Variable project_to_vocabulary(Variable y, Variable table) {
  require_shapes(y.n_columns() == table.n_columns(), "project_to_vocabulary", "y", y.shape(),
                 "table", table.shape());
  return operation(
      "project_to_vocabulary", {y, table}, {y.n_rows(), table.n_rows()},
      [=](const ForwardPass& pass) {
        pass.tape.multiply_by_weight(y.value(), transposed(table), pass.y);
      },
      [=](const BackwardPass& pass) {
        const ConstMatrixView dlogits = pass.dy;
        matmul(dlogits, table.value(), pass.into(y), {}, pass.threads);
        matmul(transposed(dlogits), y.value(), pass.into(table), {}, pass.threads);
      });  // (n, n_vocabulary)
}
//! [project_to_vocabulary]

Transformer::Transformer(ParameterStore& store, const ModelConfig& config, Index n_vocabulary)
    : config_(config),
      embedding_(store, "embedding", n_vocabulary, config.d_model),
      positions_(config.n_positions, config.d_model),
      encoder_(store, "encoder", config),
      decoder_(store, "decoder", config) {}

//! [embed]
Variable Transformer::embed(Tape& tape, const PackedSentences& sentences) const {
  const Variable embedded = embedding_(tape, sentences.tokens);
  return dropout(positions_(embedded, sentences.segments()), config_.p_drop);
}
//! [embed]

//! [model]
Variable Transformer::encode(Tape& tape, const PackedSentences& source) const {
  return encoder_(embed(tape, source), source.segments());  // (n_source_tokens, d_model)
}

Variable Transformer::decode(const PackedSentences& target_input, Variable memory,
                             const Segments& source) const {
  const Variable y = embed(memory.tape(), target_input);
  return decoder_(y, target_input.segments(), memory, source);  // (n_target_tokens, d_model)
}
//! [model]

Variable Transformer::embed_at(Tape& tape, std::span<const TokenId> tokens, Index position) const {
  return positions_.at(embedding_(tape, tokens), position);
}

}  // namespace transformer
