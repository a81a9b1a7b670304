// The cell of long short-term memory for a row (Hochreiter and Schmidhuber 1997; Gers et al. 2000).
#pragma once

#include "src/kernels/generic/maps.hpp"

namespace transformer::kernel {

/// gates holds four blocks of n numbers: the sums for i, f, g and o, which become the gates
/// themselves: i, f, o = sigmoid(.), g = tanh(.). Then c = f c_before + i g and h = o tanh(c).
template <class Arch>
[[gnu::flatten]] void lstm_forward(float* gates, const float* c_before, Index n, float* h,
                                   float* c) {
  using Math = RegisterMath<Arch>;
  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    float* const place = gates + j;
    const auto i = Sigmoid::value<Math>(lanes.load(place));
    const auto f = Sigmoid::value<Math>(lanes.load(place + n));
    const auto g = Tanh::value<Math>(lanes.load(place + 2 * n));
    const auto o = Sigmoid::value<Math>(lanes.load(place + 3 * n));
    lanes.store(place, i);
    lanes.store(place + n, f);
    lanes.store(place + 2 * n, g);
    lanes.store(place + 3 * n, o);
    const auto remembered = simd::fma(f, lanes.load(c_before + j), i * g);
    lanes.store(c + j, remembered);
    lanes.store(h + j, o * Tanh::value<Math>(remembered));
  });
}

/// From the gates and both c of the forward pass, and the gradients of h and c, those of the four
/// sums and, where it is not null, of c_before.
template <class Arch>
[[gnu::flatten]] void lstm_backward(const LstmRow& row, Index n, float* dgates, float* dc_before) {
  using Math = RegisterMath<Arch>;
  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    const float* const gates = row.gates + j;
    const auto i = lanes.load(gates), f = lanes.load(gates + n);
    const auto g = lanes.load(gates + 2 * n), o = lanes.load(gates + 3 * n);
    const auto said = Tanh::value<Math>(lanes.load(row.c + j));
    const auto dh = lanes.load(row.dh + j);
    // What reaches c: directly, and through h = o tanh(c).
    const auto dc = lanes.load(row.dc + j) + Tanh::gradient<Math>(said, said, dh * o);
    float* const place = dgates + j;
    lanes.store(place, Sigmoid::gradient<Math>(i, i, dc * g));
    lanes.store(place + n, Sigmoid::gradient<Math>(f, f, dc * lanes.load(row.c_before + j)));
    lanes.store(place + 2 * n, Tanh::gradient<Math>(g, g, dc * i));
    lanes.store(place + 3 * n, Sigmoid::gradient<Math>(o, o, dh * said));
    if (dc_before) lanes.store(dc_before + j, dc * f);
  });
}

}  // namespace transformer::kernel
