#include "src/draw/ticks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/draw/number_text.hpp"

namespace transformer {
namespace {

// 0.001 to 10000 as they are, other powers of ten as 10 with an exponent.
std::string power_label(double factor, int exponent) {
  if (exponent >= -3 && exponent <= 4) {
    return number_text(factor * std::pow(10.0, exponent), std::max(0, -exponent));
  }
  static constexpr const char* digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string label = factor == 1 ? "10" : fmt::format("{}·10", factor);
  if (exponent < 0) label += "⁻";
  for (const char digit : std::to_string(std::abs(exponent))) label += digits[digit - '0'];
  return label;
}

}  // namespace

double tick_step(double low, double high, int n_wanted) {
  const double rough = (high - low) / n_wanted;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power * (1 + 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::vector<Tick> linear_ticks(double low, double high, int n_wanted) {
  if (!(high > low)) return {{low, number_text(low, 2)}};
  const double step = tick_step(low, high, n_wanted);
  const int digits = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  std::vector<Tick> ticks;
  const auto last = static_cast<long>(std::floor(high / step + 1e-6));
  for (auto i = static_cast<long>(std::ceil(low / step - 1e-6)); i <= last; ++i) {
    const double place = static_cast<double>(i) * step;
    ticks.push_back({place, number_text(place, digits)});
  }
  return ticks;
}

std::vector<Tick> index_ticks(Index n, double n_wanted) {
  const double wanted = std::max(1.0, n_wanted);
  const double step = std::max(1.0, tick_step(0, static_cast<double>(n), static_cast<int>(wanted)));
  std::vector<Tick> ticks;
  for (auto i = Index{0}; i < n; i += static_cast<Index>(step)) {
    ticks.push_back({static_cast<double>(i), std::to_string(i)});
  }
  return ticks;
}

std::vector<Tick> log_ticks(double low, double high) {
  const bool few = std::log10(high / low) < 2;
  std::vector<Tick> ticks;
  for (int e = static_cast<int>(std::floor(std::log10(low))); std::pow(10.0, e) <= high; ++e) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double place = factor * std::pow(10.0, e);
      const bool inside = place >= low * (1 - 1e-9) && place <= high * (1 + 1e-9);
      if (inside && (few || factor == 1)) ticks.push_back({place, power_label(factor, e)});
    }
  }
  return ticks;
}

}  // namespace transformer
