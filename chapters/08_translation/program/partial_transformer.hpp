// The paper's model, put together from the chapters' pieces once more, so that one of them can be
// left out.
#pragma once

#include <vector>

#include "chapters/06_decoder/transformer.hpp"

namespace transformer {

/// What of the model can be left out.
struct Parts {
  bool positions = true, residual = true, norm = true, feed_forward = true;
};

/// With all parts it is the Transformer of chapter 06, to the last bit, but for dropout, which it
/// does not have.
class PartialTransformer {
 public:
  PartialTransformer(ParameterStore& store, const ModelConfig& config, Index n_vocabulary,
                     const Parts& parts);

  /// The logits of the next token at every position, (n_target_tokens, n_vocabulary).
  Variable logits(Tape& tape, const PackedSentences& source,
                  const PackedSentences& target_input) const;

 private:
  struct EncoderPart {
    SelfAttention self_attention;
    LayerNorm norm_1;
    FeedForward feed_forward;
    LayerNorm norm_2;
  };
  struct DecoderPart {
    SelfAttention self_attention;
    LayerNorm norm_1;
    CrossAttention cross_attention;
    LayerNorm norm_2;
    FeedForward feed_forward;
    LayerNorm norm_3;
  };

  Variable embed(Tape& tape, const PackedSentences& sentences) const;
  Variable around(Variable x, Variable sublayer, const LayerNorm& norm) const;

  Parts parts_;
  Embedding embedding_;
  PositionalEncoding positions_;
  std::vector<EncoderPart> encoder_;
  std::vector<DecoderPart> decoder_;
};

}  // namespace transformer
