// One step of Adam (Kingma and Ba 2015; section 5.3 of the paper).
#pragma once

#include "src/kernels/generic/vector.hpp"
#include "src/kernels/row_table.hpp"

namespace transformer::kernel {

/// With g the scaled gradient:  m = beta_1 m + (1 - beta_1) g,  v = beta_2 v + (1 - beta_2) g^2,
///   value = (1 - learning_rate weight_decay) value - learning_rate m_hat / (sqrt(v_hat) +
///   epsilon),
/// where m_hat = m / (1 - beta_1^step) and v_hat = v / (1 - beta_2^step).
template <class Arch>
[[gnu::flatten]] void adam(float* values, const float* gradients, float* first_moments,
                           float* second_moments, Index n, const AdamRule& rule) {
  using Vector = Floats<Arch>;
  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    // First, since the four blocks lie alike: a load waits for a store whole pages away from it.
    const Vector value = lanes.load(values + j);
    const Vector g = Vector(rule.gradient_scale) * lanes.load(gradients + j);
    const Vector m = simd::fma(Vector(rule.beta_1), lanes.load(first_moments + j),
                               Vector(rule.one_minus_beta_1) * g);
    const Vector v = simd::fma(Vector(rule.beta_2), lanes.load(second_moments + j),
                               Vector(rule.one_minus_beta_2) * g * g);
    const Vector deviation =
        simd::fma(simd::sqrt(v), Vector(rule.deviation_correction), Vector(rule.epsilon));
    lanes.store(first_moments + j, m);
    lanes.store(second_moments + j, v);
    lanes.store(values + j, Vector(rule.kept) * value - Vector(rule.step_size) * m / deviation);
  });
}

}  // namespace transformer::kernel
