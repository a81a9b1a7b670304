// The paper's layer with the norm elsewhere: before each sub-layer, as many programs have it, and
// not after the sum (Xiong et al. 2020, "On Layer Normalization in the Transformer Architecture").
#pragma once

#include <string>

#include "chapters/05_encoder/encoder.hpp"

namespace transformer {

/// gain * (x - mean) / sqrt(variance + epsilon) + bias in each row: x is (n, d_model), gain and
/// bias (1, d_model).
Variable layer_norm(Variable x, Variable gain, Variable bias);

/// x + Attention(LayerNorm(x)), and of that y + FFN(LayerNorm(y)). Its parameters have the paths
/// and shapes of EncoderLayer's.
class PreNormLayer {
 public:
  PreNormLayer(ParameterStore& store, const std::string& path, const ModelConfig& config);

  Variable operator()(Variable x, const Segments& sentences) const;

 private:
  SelfAttention self_attention_;
  FeedForward feed_forward_;
  Variable gain_1_, bias_1_, gain_2_, bias_2_;  // (1, d_model)
  float p_drop_;
};

}  // namespace transformer
