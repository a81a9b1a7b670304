#include "chapters/02_positional_encoding/program/drawings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "chapters/02_positional_encoding/program/rivals.hpp"
#include "src/book/sections.hpp"
#include "src/draw/colours.hpp"
#include "src/draw/svg.hpp"

namespace transformer {

double frequency(Index i, Index d_model) {
  return std::pow(10000.0, -2.0 * static_cast<double>(i) / static_cast<double>(d_model));
}

Point on_circle(Point middle, double radius, double angle) {
  return {middle.x + radius * std::cos(angle), middle.y - radius * std::sin(angle)};
}

// ---- Rotation ---------------------------------------------------------------------------------

namespace {

constexpr double radius = 64, full_turn = 2 * std::numbers::pi;

void arc(Svg& svg, Point middle, double r, double from, double to, const LineStyle& style) {
  std::vector<Point> points;
  const int n_parts = 2 + static_cast<int>((to - from) * 16);
  for (int i = 0; i <= n_parts; ++i) {
    points.push_back(on_circle(middle, r, from + (to - from) * i / n_parts));
  }
  svg.polyline(points, style);
}

}  // namespace

void draw_circle(Svg& svg, Point middle, double r) {
  arc(svg, middle, r, 0, full_turn, {.colour = pale_ink});
}

namespace {

void hand(Svg& svg, Point middle, double angle, Colour colour) {
  const Point tip = on_circle(middle, radius, angle);
  svg.line(middle, tip, {.colour = colour, .width = 2.5});
  svg.rectangle({tip.x - 4, tip.y - 4, 8, 8}, colour);
}

/// One pair of columns: a hand at p's angle, one at (p + k)'s, and the turn between them.
void draw_pair(Svg& svg, Point middle, double frequency, int p, int k) {
  svg.line({middle.x - radius - 8, middle.y}, {middle.x + radius + 8, middle.y},
           {.colour = hairline});
  svg.line({middle.x, middle.y - radius - 8}, {middle.x, middle.y + radius + 8},
           {.colour = hairline});
  draw_circle(svg, middle, radius);
  const double begin = std::fmod(p * frequency, full_turn),
               turn = std::fmod(k * frequency, full_turn);
  arc(svg, middle, radius / 3, begin, begin + turn, {.width = 1.5, .dashes = "4 3"});
  hand(svg, middle, begin, line_colour(0));
  hand(svg, middle, begin + turn, line_colour(1));
}

}  // namespace

void draw_rotation(const SceneRequest& request) {
  constexpr int n_pairs = 4, d_model = 2 * n_pairs, p = 40, k = 30;
  constexpr double panel = 180, left = 20;
  Svg svg(left + n_pairs * panel, 314);
  svg.text(
      {left, 28},
      fmt::format("From PE({}) to PE({}): each pair of columns turns by its own angle", p, p + k),
      {.size = 15, .bold = true});
  for (int i = 0; i < n_pairs; ++i) {
    const Point middle{left + (i + 0.5) * panel - left / 2, 140};
    const double omega = frequency(i, d_model), turns = std::floor(k * omega / full_turn);
    draw_pair(svg, middle, omega, p, k);
    svg.text({middle.x, 56}, fmt::format("columns {} and {}", 2 * i, 2 * i + 1),
             {.anchor = Anchor::middle});
    svg.text({middle.x, 238}, fmt::format("{} × {:g} = {:g} radians", k, omega, k * omega),
             {.anchor = Anchor::middle});
    svg.text({middle.x, 256},
             fmt::format("= {}{:.0f}°", turns > 0 ? fmt::format("{:.0f} turns and ", turns) : "",
                         std::fmod(k * omega, full_turn) * 360 / full_turn),
             {.size = 12, .anchor = Anchor::middle, .colour = pale_ink});
  }
  svg.text({left, 290}, fmt::format("■ PE({})", p), {.colour = line_colour(0), .bold = true});
  svg.text({left + 100, 290}, fmt::format("■ PE({})", p + k),
           {.colour = line_colour(1), .bold = true});
  svg.text({left + 200, 290},
           "cosine to the right, sine upwards; dashed: the turn, without whole turns");
  request.draw("rotation", svg.str());
}

// ---- Rivals -----------------------------------------------------------------------------------

namespace {

/// Cells coloured from -1 to 1, as wide and high as the box allows.
void draw_codes(Svg& svg, const Box& box, const Matrix& codes, std::span<const Colour> colours) {
  const auto n_colours = static_cast<int>(colours.size());
  auto levels = zeros<int>(static_cast<Index>(codes.shape(0)), static_cast<Index>(codes.shape(1)));
  for (size_t i = 0; i < codes.size(); ++i) {
    const double place = (codes.data()[i] + 1.0) / 2.0 * n_colours;
    levels.data()[i] = std::clamp(static_cast<int>(place), 0, n_colours - 1);
  }
  svg.grid(box, view_of(std::as_const(levels)), colours);
  svg.frame(box, {.colour = pale_ink, .width = 0.75});
}

}  // namespace

void draw_rivals(const SceneRequest& request) {
  constexpr Index n = 50;
  constexpr double left = 60, top = 66, width = 118, height = 300, gap = 24;
  const std::vector<Colour> colours = palette(ColourMap::diverging, 64);
  const auto n_panels = static_cast<double>(encodings().size());
  const double key = left + n_panels * (width + gap);
  Svg svg(key + 60, top + height + 36);
  svg.text({left, 28}, "Five ways to number n = 50 positions", {.size = 15, .bold = true});
  svg.text({20, top + height / 2}, "position", {.anchor = Anchor::middle, .rotation = -90});
  for (Index p = 0; p < n; p += 10) {
    const double y = top + (static_cast<double>(p) + 0.5) * height / n + 4;
    svg.text({left - 6, y}, std::to_string(p), {.size = 12, .anchor = Anchor::end});
  }

  double x = left;
  for (const Encoding& encoding : encodings()) {
    const Matrix codes = encoding.codes(n);
    draw_codes(svg, {x, top, width, height}, codes, colours);
    svg.text({x + width / 2, top - 10}, encoding.name, {.anchor = Anchor::middle});
    svg.text({x + width / 2, top + height + 20},
             codes.shape(1) == 1 ? "1 column" : fmt::format("{} columns", codes.shape(1)),
             {.size = 12, .anchor = Anchor::middle});
    x += width + gap;
  }

  // The colour bar, 1 at its top.
  auto bar = zeros(64, 1);
  for (Index i = 0; i < 64; ++i) bar(i, 0) = 1 - static_cast<float>(2 * i + 1) / 64;
  draw_codes(svg, {key, top, 16, height}, bar, colours);
  for (const int number : {-1, 0, 1}) {
    svg.text({key + 22, top + height * (1 - number) / 2 + 4}, std::to_string(number), {.size = 12});
  }
  request.draw("rivals", svg.str());
}

}  // namespace transformer
