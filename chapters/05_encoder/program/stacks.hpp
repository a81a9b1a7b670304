// Stacks of layers with the norm after each sub-layer and with the norm before it.
#pragma once

#include <string>
#include <vector>

#include "chapters/05_encoder/pre_norm.hpp"

namespace transformer {

/// The paper's stack.
class PostNormStack {
 public:
  PostNormStack(ParameterStore& store, const ModelConfig& config)
      : encoder_(store, "encoder", config) {}
  Variable operator()(Variable x, const Segments& sentences) const {
    return encoder_(x, sentences);
  }

 private:
  Encoder encoder_;
};

/// The same with the norm before each sub-layer. What leaves the last layer has gone through no
/// norm, so such a stack ends with one more.
class PreNormStack {
 public:
  PreNormStack(ParameterStore& store, const ModelConfig& config)
      : norm_(store, "encoder.norm", config.d_model) {
    for (Index i = 0; i < config.n_layers; ++i) {
      layers_.emplace_back(store, "encoder.layer_" + std::to_string(i), config);
    }
  }
  Variable operator()(Variable x, const Segments& sentences) const {
    for (const PreNormLayer& layer : layers_) x = layer(x, sentences);
    return norm_(x);
  }

 private:
  LayerNorm norm_;
  std::vector<PreNormLayer> layers_;
};

}  // namespace transformer
