// The paper's layer with the norm elsewhere: before each sub-layer, as many programs have it, and
// not after the sum (Xiong et al. 2020, "On Layer Normalization in the Transformer Architecture").
#pragma once

#include <string>

#include "chapters/05_encoder/encoder.hpp"

namespace transformer {

/// x + Attention(LayerNorm(x)), and of that y + FFN(LayerNorm(y)). Its parameters have the paths
/// and shapes of EncoderLayer's.
class PreNormLayer {
 public:
  PreNormLayer(ParameterStore& store, const std::string& path, const ModelConfig& config);

  Variable operator()(Variable x, const Segments& sentences, Mask mask = Mask::none) const;

 private:
  SelfAttention self_attention_;
  FeedForward feed_forward_;
  LayerNorm norm_1_, norm_2_;
  float p_drop_;
};

}  // namespace transformer
