#include "chapters/05_encoder/pre_norm.hpp"

#include "src/autograd/operations.hpp"

namespace transformer {

//! [layer_norm]
Variable layer_norm(Variable x, Variable gain, Variable bias) {
  Tape& tape = tape_of("layer_norm", {x, gain, bias});
  const LayerNormMoments moments = layer_norm_moments(tape, x.n_rows());
  return operation(
      "layer_norm", {x, gain, bias}, x.shape(),
      [=](const ForwardPass& pass) {
        layer_norm_forward(x.value(), gain.value(), bias.value(), ResidualNorm::epsilon, pass.y,
                           moments, pass.threads);
      },
      [=](const BackwardPass& pass) {
        layer_norm_backward(x.value(), gain.value(), moments, pass.dy, pass.into(x),
                            pass.into(gain), pass.into(bias), pass.threads);
      });
}
//! [layer_norm]

PreNormLayer::PreNormLayer(ParameterStore& store, const std::string& path,
                           const ModelConfig& config)
    : self_attention_(store, path + ".self_attention", config.d_model, config.n_heads),
      feed_forward_(store, path + ".feed_forward", config),
      gain_1_(store.add(path + ".norm_1.gain", 1, config.d_model, Initial::ones())),
      bias_1_(store.add(path + ".norm_1.bias", 1, config.d_model, Initial::zeros())),
      gain_2_(store.add(path + ".norm_2.gain", 1, config.d_model, Initial::ones())),
      bias_2_(store.add(path + ".norm_2.bias", 1, config.d_model, Initial::zeros())),
      p_drop_(config.p_drop) {}

//! [pre_norm]
Variable PreNormLayer::operator()(Variable x, const Segments& sentences) const {
  const Variable heads = self_attention_(layer_norm(x, gain_1_, bias_1_), sentences, Mask::none);
  x = add(x, dropout(heads, p_drop_));
  x = add(x, dropout(feed_forward_(layer_norm(x, gain_2_, bias_2_)), p_drop_));
  return x;  // (n_tokens, d_model)
}
//! [pre_norm]

}  // namespace transformer
