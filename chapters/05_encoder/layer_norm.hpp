// Layer normalisation (Ba, Kiros and Hinton 2016): each row alone gets mean 0 and variance 1, and
// then the gain and bias that training finds.
#pragma once

#include <string>

#include "src/autograd/parameter_store.hpp"
#include "src/autograd/tape.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {

/// Memory of the step for what layer normalisation keeps of n_rows rows.
LayerNormMoments layer_norm_moments(Tape& tape, Index n_rows);

/// gain * (x - mean) / sqrt(variance + epsilon) + bias in each row: x is (n, width), gain and bias
/// (1, width).
Variable layer_norm(Variable x, Variable gain, Variable bias, float epsilon = 1e-5f);

/// The same with parameters of its own, PATH.gain and PATH.bias.
class LayerNorm {
 public:
  LayerNorm(ParameterStore& store, const std::string& path, Index width, float epsilon = 1e-5f);

  Variable operator()(Variable x) const { return layer_norm(x, gain_, bias_, epsilon_); }

  Variable gain() const { return gain_; }  ///< (1, width)
  Variable bias() const { return bias_; }  ///< (1, width)
  float epsilon() const { return epsilon_; }

 private:
  Variable gain_, bias_;
  float epsilon_;
};

}  // namespace transformer
