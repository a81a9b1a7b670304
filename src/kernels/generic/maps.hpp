// The functions of maps.hpp on rows, in registers.
#pragma once

#include "src/kernels/generic/math.hpp"
#include "src/kernels/maps.hpp"
#include "src/kernels/row_table.hpp"

namespace transformer::kernel {

template <class Arch>
struct RegisterMath {
  using Real = Floats<Arch>;
  static Real exp(Real x) { return kernel::exp<Arch>(x); }
  static Real log(Real x) { return kernel::log<Arch>(x); }
  static Real tanh(Real x) { return kernel::tanh<Arch>(x); }
  static Real erf(Real x) { return kernel::erf<Arch>(x); }
  template <class Which>
  static Real select(Which which, Real yes, Real no) {
    return simd::select(which, yes, no);
  }
};

template <class Arch, class Function>
[[gnu::flatten]] void map_forward(const float* x, Index n, float* y) {
  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    lanes.store(y + j, Function::template value<RegisterMath<Arch>>(lanes.load(x + j)));
  });
}

template <class Arch, class Function>
[[gnu::flatten]] void map_backward(const float* x, const float* y, const float* dy, Index n,
                                   float* dx) {
  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    lanes.store(dx + j, Function::template gradient<RegisterMath<Arch>>(
                            lanes.load(x + j), lanes.load(y + j), lanes.load(dy + j)));
  });
}

template <class Arch, class... Functions>
constexpr MapTable map_table(MapList<Functions...>) {
  return {{{map_forward<Arch, Functions>, map_backward<Arch, Functions>}...}};
}

}  // namespace transformer::kernel
