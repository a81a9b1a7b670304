// The encoder (section 3.1): a stack of layers, each self-attention and a feed-forward network,
// each of these with a residual connection around it and layer normalisation after it.
#pragma once

#include <string>
#include <vector>

#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "chapters/05_encoder/layer_norm.hpp"
#include "chapters/05_encoder/model_config.hpp"
#include "src/autograd/parameter_store.hpp"
#include "src/autograd/tape.hpp"

namespace transformer {

/// y = LayerNorm(x + Dropout(sublayer)): what stands around every sub-layer (sections 3.1 and 5.4).
class ResidualNorm {
 public:
  ResidualNorm(ParameterStore& store, const std::string& path, const ModelConfig& config);

  /// x is what went into the sub-layer, `sublayer` what came out of it, both (n_tokens, d_model).
  /// An observer of the tape gets `x`, `sublayer` and the result, `y`.
  Variable operator()(Variable x, Variable sublayer) const;

 private:
  std::string path_;
  LayerNorm norm_;
  float p_drop_;
};

/// FFN(x) = f(x W_1 + b_1) W_2 + b_2 at every position alike; section 3.3 has f = max(0, .).
class FeedForward {
 public:
  FeedForward(ParameterStore& store, const std::string& path, const ModelConfig& config);

  Variable operator()(Variable x) const;

 private:
  Variable w_1_, b_1_;  // (d_model, d_ff), (1, d_ff)
  Variable w_2_, b_2_;  // (d_ff, d_model), (1, d_model)
  MapId f_;
};

class EncoderLayer {
 public:
  EncoderLayer(ParameterStore& store, const std::string& path, const ModelConfig& config);

  Variable operator()(Variable x, const Segments& sentences) const;

 private:
  SelfAttention self_attention_;
  ResidualNorm norm_1_;
  FeedForward feed_forward_;
  ResidualNorm norm_2_;
};

/// n_layers encoder layers: (n_tokens, d_model) to the memory that the decoder looks at, of that
/// shape.
class Encoder {
 public:
  Encoder(ParameterStore& store, const std::string& path, const ModelConfig& config);

  Variable operator()(Variable x, const Segments& sentences) const;

 private:
  std::vector<EncoderLayer> layers_;
};

}  // namespace transformer
