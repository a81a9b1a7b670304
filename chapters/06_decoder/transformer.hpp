// The whole model (Figure 1 of the paper): embedding, positions, encoder, decoder, output
// projection.
#pragma once

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/06_decoder/decoder.hpp"
#include "src/data/packed_sentences.hpp"

namespace transformer {

/// logits = y E^T: how well each token of the vocabulary fits (section 3.4: the projection before
/// the softmax shares its matrix with the embeddings). y is (n, d_model), the table E
/// (n_vocabulary, d_model), the logits (n, n_vocabulary).
Variable project_to_vocabulary(Variable y, Variable table);

/// The paper's Transformer. Source, target and output share one embedding table. All offsets and
/// tokens that are handed in must outlive the step.
class Transformer {
 public:
  Transformer(ParameterStore& store, const ModelConfig& config, Index n_vocabulary);

  /// The memory, (n_source_tokens, d_model).
  Variable encode(Tape& tape, const PackedSentences& source) const;

  /// The decoder's output for every position, (n_target_tokens, d_model).
  Variable decode(const PackedSentences& target_input, Variable memory,
                  const Segments& source) const;

  /// The logits of the next token at every position, (n_target_tokens, n_vocabulary).
  Variable logits(Variable decoded) const {
    return project_to_vocabulary(decoded, embedding_.table());
  }

  /// The newest token of each growing translation, as the decoder's layers take it: (n_rows,
  /// d_model).
  Variable embed_at(Tape& tape, std::span<const TokenId> tokens, Index position) const;

  const ModelConfig& config() const { return config_; }
  Index n_vocabulary() const { return embedding_.table().n_rows(); }
  const Embedding& embedding() const { return embedding_; }
  const Decoder& decoder() const { return decoder_; }

 private:
  Variable embed(Tape& tape, const PackedSentences& sentences) const;

  ModelConfig config_;
  Embedding embedding_;
  PositionalEncoding positions_;
  Encoder encoder_;
  Decoder decoder_;
};

}  // namespace transformer
