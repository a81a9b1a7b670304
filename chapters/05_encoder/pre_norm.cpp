#include "chapters/05_encoder/pre_norm.hpp"

#include "src/autograd/operations.hpp"

namespace transformer {

PreNormLayer::PreNormLayer(ParameterStore& store, const std::string& path,
                           const ModelConfig& config)
    : self_attention_(store, path + ".self_attention", config.d_model, config.n_heads),
      feed_forward_(store, path + ".feed_forward", config),
      norm_1_(store, path + ".norm_1", config.d_model, config.epsilon_norm),
      norm_2_(store, path + ".norm_2", config.d_model, config.epsilon_norm),
      p_drop_(config.p_drop) {}

//! [pre_norm]
Variable PreNormLayer::operator()(Variable x, const Segments& sentences, Mask mask) const {
  x = add(x, dropout(self_attention_(norm_1_(x), sentences, mask), p_drop_));
  x = add(x, dropout(feed_forward_(norm_2_(x)), p_drop_));
  return x;  // (n_tokens, d_model)
}
//! [pre_norm]

}  // namespace transformer
