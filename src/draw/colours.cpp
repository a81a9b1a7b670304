#include "src/draw/colours.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace transformer {
namespace {

constexpr std::array<Colour, 9> blues = {{{247, 251, 255},
                                          {222, 235, 247},
                                          {198, 219, 239},
                                          {158, 202, 225},
                                          {107, 174, 214},
                                          {66, 146, 198},
                                          {33, 113, 181},
                                          {8, 81, 156},
                                          {8, 48, 107}}};
constexpr std::array<Colour, 11> blue_to_red = {{{5, 48, 97},
                                                 {33, 102, 172},
                                                 {67, 147, 195},
                                                 {146, 197, 222},
                                                 {209, 229, 240},
                                                 {247, 247, 247},
                                                 {253, 219, 199},
                                                 {244, 165, 130},
                                                 {214, 96, 77},
                                                 {178, 24, 43},
                                                 {103, 0, 31}}};
constexpr std::array<Colour, 7> lines = {{{0, 114, 178},
                                          {213, 94, 0},
                                          {0, 158, 115},
                                          {204, 121, 167},
                                          {230, 159, 0},
                                          {86, 180, 233},
                                          {34, 34, 34}}};

// The colour at `place` in [0, 1], between the two nearest of `stops`.
Colour blend(std::span<const Colour> stops, double place) {
  const double x = place * static_cast<double>(stops.size() - 1);
  const auto left = std::min(static_cast<size_t>(x), stops.size() - 2);
  const double share = x - static_cast<double>(left);
  const auto mix = [&](int a, int b) { return static_cast<int>(std::lround(a + share * (b - a))); };
  const Colour a = stops[left], b = stops[left + 1];
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

}  // namespace

std::vector<Colour> palette(ColourMap map, int n_levels) {
  const auto stops = map == ColourMap::sequential ? std::span<const Colour>(blues)
                                                  : std::span<const Colour>(blue_to_red);
  std::vector<Colour> colours;
  for (int i = 0; i < n_levels; ++i) {
    colours.push_back(blend(stops, n_levels == 1 ? 0 : i / static_cast<double>(n_levels - 1)));
  }
  return colours;
}

bool is_dark(Colour ground) {
  return 0.299 * ground.red + 0.587 * ground.green + 0.114 * ground.blue < 140;
}

Colour line_colour(size_t i) { return lines[i % lines.size()]; }

}  // namespace transformer
