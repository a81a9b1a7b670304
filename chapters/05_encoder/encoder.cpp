#include "chapters/05_encoder/encoder.hpp"

#include "src/autograd/operations.hpp"

namespace transformer {

ResidualNorm::ResidualNorm(ParameterStore& store, const std::string& path,
                           const ModelConfig& config)
    : path_(path),
      norm_(store, path, config.d_model, config.epsilon_norm),
      p_drop_(config.p_drop) {}

//! [residual_norm]
Variable ResidualNorm::operator()(Variable x, Variable sublayer) const {
  require_same_shape("residual_norm", "x", x.shape(), "sublayer", sublayer.shape());
  const Variable gain = norm_.gain(), bias = norm_.bias();
  const float epsilon = norm_.epsilon();
  Tape& tape = tape_of("residual_norm", {x, sublayer});
  const Dropout drop = tape.next_dropout(p_drop_);
  const MatrixView sum = tape.scratch(x.shape());
  const LayerNormMoments moments = layer_norm_moments(tape, x.n_rows());
  const Variable y = operation(
      "residual_norm", {x, sublayer, gain, bias}, x.shape(),
      [=](const ForwardPass& pass) {
        residual_layer_norm_forward(x.value(), sublayer.value(), drop,
                                    {gain.value(), bias.value(), epsilon}, sum, pass.y, moments,
                                    pass.threads);
      },
      [=](const BackwardPass& pass) {
        // sum = x + dropout(sublayer): x takes the sum's gradient as it is, the sub-layer what was
        // not dropped.
        residual_layer_norm_backward(
            sum, gain.value(), moments, pass.dy, drop,
            {pass.into(x), pass.into(sublayer), pass.into(gain), pass.into(bias)}, pass.threads);
      });  // (n_tokens, d_model)
  tape.observe(path_, "x", x);
  tape.observe(path_, "sublayer", sublayer);
  tape.observe(path_, "y", y);
  return y;
}
//! [residual_norm]

FeedForward::FeedForward(ParameterStore& store, const std::string& path, const ModelConfig& config)
    : w_1_(store.add(path + ".w_1", config.d_model, config.d_ff,
                     Initial::glorot(config.d_model, config.d_ff))),
      b_1_(store.add(path + ".b_1", 1, config.d_ff, Initial::zeros())),
      w_2_(store.add(path + ".w_2", config.d_ff, config.d_model,
                     Initial::glorot(config.d_ff, config.d_model))),
      b_2_(store.add(path + ".b_2", 1, config.d_model, Initial::zeros())),
      f_(config.activation) {}

//! [feed_forward]
Variable FeedForward::operator()(Variable x) const {
  const Variable hidden = linear(x, w_1_, b_1_, f_);  // (n_tokens, d_ff)
  return linear(hidden, w_2_, b_2_);                  // (n_tokens, d_model)
}
//! [feed_forward]

EncoderLayer::EncoderLayer(ParameterStore& store, const std::string& path,
                           const ModelConfig& config)
    : self_attention_(store, path + ".self_attention", config.d_model, config.n_heads),
      norm_1_(store, path + ".norm_1", config),
      feed_forward_(store, path + ".feed_forward", config),
      norm_2_(store, path + ".norm_2", config) {}

//! [encoder_layer]
Variable EncoderLayer::operator()(Variable x, const Segments& sentences) const {
  x = norm_1_(x, self_attention_(x, sentences, Mask::none));
  x = norm_2_(x, feed_forward_(x));
  return x;  // (n_tokens, d_model)
}
//! [encoder_layer]

Encoder::Encoder(ParameterStore& store, const std::string& path, const ModelConfig& config) {
  for (Index i = 0; i < config.n_layers; ++i) {
    layers_.emplace_back(store, path + ".layer_" + std::to_string(i), config);
  }
}

//! [encoder]
Variable Encoder::operator()(Variable x, const Segments& sentences) const {
  for (const EncoderLayer& layer : layers_) x = layer(x, sentences);
  return x;  // (n_tokens, d_model)
}
//! [encoder]

}  // namespace transformer
