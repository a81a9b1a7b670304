#include "chapters/05_encoder/layer_norm.hpp"

namespace transformer {

LayerNormMoments layer_norm_moments(Tape& tape, Index n_rows) {
  return {tape.arena().allocate<float>(n_rows), tape.arena().allocate<float>(n_rows)};
}

//! [layer_norm]
Variable layer_norm(Variable x, Variable gain, Variable bias, float epsilon) {
  Tape& tape = tape_of("layer_norm", {x, gain, bias});
  const LayerNormMoments moments = layer_norm_moments(tape, x.n_rows());
  return operation(
      "layer_norm", {x, gain, bias}, x.shape(),
      [=](const ForwardPass& pass) {
        layer_norm_forward(x.value(), {gain.value(), bias.value(), epsilon}, pass.y, moments,
                           pass.threads);
      },
      [=](const BackwardPass& pass) {
        layer_norm_backward(x.value(), gain.value(), moments, pass.dy,
                            {pass.into(x), pass.into(gain), pass.into(bias)}, pass.threads);
      });
}
//! [layer_norm]

LayerNorm::LayerNorm(ParameterStore& store, const std::string& path, Index width, float epsilon)
    : gain_(store.add(path + ".gain", 1, width, Initial::ones())),
      bias_(store.add(path + ".bias", 1, width, Initial::zeros())),
      epsilon_(epsilon) {}

}  // namespace transformer
