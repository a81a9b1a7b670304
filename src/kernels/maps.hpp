// Functions of one number that a network applies to each. A new one is a struct here, and its name
// in AllMaps: kernels, the operation `map` and their tests follow.
//
// `Math` has the type of number, Real, and what to do with it: a register of floats in the kernels,
// double in the tests. gradient(x, y, dy) is dy times the derivative at x, where y = value(x).
#pragma once

#include <string_view>
#include <type_traits>

#include "src/base/index.hpp"

namespace transformer {

/// max(0, x).
struct Relu {
  static constexpr std::string_view name = "relu";
  template <class Math, class Real = typename Math::Real>
  static Real value(Real x) {
    return Math::select(x > Real(0), x, Real(0));
  }
  template <class Math, class Real = typename Math::Real>
  static Real gradient(Real, Real y, Real dy) {
    return Math::select(y > Real(0), dy, Real(0));
  }
};

/// x Phi(x), with the distribution function Phi of the standard normal distribution (Hendrycks and
/// Gimpel 2016).
struct Gelu {
  static constexpr std::string_view name = "gelu";
  template <class Math, class Real = typename Math::Real>
  static Real value(Real x) {
    return x * distribution<Math>(x);
  }
  template <class Math, class Real = typename Math::Real>
  static Real gradient(Real x, Real, Real dy) {
    const Real density = Real(0.3989422804f) * Math::exp(Real(-0.5f) * x * x);
    return dy * (distribution<Math>(x) + x * density);
  }

 private:
  template <class Math, class Real = typename Math::Real>
  static Real distribution(Real x) {
    return Real(0.5f) + Real(0.5f) * Math::erf(Real(0.7071067812f) * x);
  }
};

/// Its approximation by tanh, which GPT-2 and BERT's first program use.
struct GeluTanh {
  static constexpr std::string_view name = "gelu_tanh";
  template <class Math, class Real = typename Math::Real>
  static Real value(Real x) {
    return Real(0.5f) * x * (Real(1) + Math::tanh(inner(x)));
  }
  template <class Math, class Real = typename Math::Real>
  static Real gradient(Real x, Real, Real dy) {
    const Real t = Math::tanh(inner(x));
    const Real inner_derivative = Real(scale) * (Real(1) + Real(3 * cubic) * x * x);
    return dy * Real(0.5f) * (Real(1) + t + x * (Real(1) - t * t) * inner_derivative);
  }

 private:
  static constexpr float scale = 0.7978845608f;  // sqrt(2 / pi)
  static constexpr float cubic = 0.044715f;
  template <class Real>
  static Real inner(Real x) {
    return Real(scale) * (x + Real(cubic) * x * x * x);
  }
};

/// The hyperbolic tangent.
struct Tanh {
  static constexpr std::string_view name = "tanh";
  template <class Math, class Real = typename Math::Real>
  static Real value(Real x) {
    return Math::tanh(x);
  }
  template <class Math, class Real = typename Math::Real>
  static Real gradient(Real, Real y, Real dy) {
    return dy * (Real(1) - y * y);
  }
};

/// The logistic function 1 / (1 + exp(-x)).
struct Sigmoid {
  static constexpr std::string_view name = "sigmoid";
  template <class Math, class Real = typename Math::Real>
  static Real value(Real x) {
    // Beyond that the exponential is more than a float can be, and the quotient 0 all the same.
    const Real power = Math::select(x < Real(-88.0f), Real(88.0f), Real(0) - x);
    return Real(1.0f) / (Real(1.0f) + Math::exp(power));
  }
  template <class Math, class Real = typename Math::Real>
  static Real gradient(Real, Real y, Real dy) {
    return dy * y * (Real(1) - y);
  }
};

/// The natural logarithm; -infinity of 0.
struct Log {
  static constexpr std::string_view name = "log";
  template <class Math, class Real = typename Math::Real>
  static Real value(Real x) {
    return Math::log(x);
  }
  template <class Math, class Real = typename Math::Real>
  static Real gradient(Real x, Real, Real dy) {
    return dy / x;
  }
};

template <class... Functions>
struct MapList {
  static constexpr Index size = sizeof...(Functions);
};
using AllMaps = MapList<Relu, Gelu, GeluTanh, Tanh, Sigmoid, Log>;

/// A function of AllMaps, as a value.
struct MapId {
  Index index;
  std::string_view name;

  friend bool operator==(const MapId&, const MapId&) = default;
};

template <class Function, class... Functions>
constexpr MapId map_id_in(MapList<Functions...>) {
  static_assert((std::is_same_v<Function, Functions> || ...), "AllMaps must name it");
  Index index = 0;
  const bool found = ((std::is_same_v<Function, Functions> || (++index, false)) || ...);
  return {found ? index : -1, Function::name};
}
template <class Function>
inline constexpr MapId map_id = map_id_in<Function>(AllMaps{});

}  // namespace transformer
