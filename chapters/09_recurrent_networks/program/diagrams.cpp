// The pictures of what a recurrent network is: one cell, drawn at every step, and the five shapes.
#include <array>

#include "chapters/09_recurrent_networks/program/demonstrations.hpp"
#include "src/draw/svg.hpp"

namespace transformer {
namespace {

constexpr Colour read_colour{250, 205, 165}, state_colour{173, 210, 240},
    written_colour{190, 225, 180};

/// Ends in an arrow head; goes up, down or to the right.
void arrow(Svg& svg, Point from, Point to) {
  constexpr double size = 4;
  svg.line(from, to);
  const double back = to.y < from.y ? size : -size;
  svg.polyline(
      from.y == to.y
          ? std::array<Point, 3>{{{to.x - size, to.y - size}, to, {to.x - size, to.y + size}}}
          : std::array<Point, 3>{{{to.x - size, to.y + back}, to, {to.x + size, to.y + back}}});
}

/// A box around `centre`, with a text in its middle.
void box(Svg& svg, Point centre, double width, double height, Colour colour,
         std::string_view text = "") {
  const Box place{centre.x - width / 2, centre.y - height / 2, width, height};
  svg.rectangle(place, colour);
  svg.frame(place);
  svg.text({centre.x, centre.y + 5}, text, {.anchor = Anchor::middle});
}

/// Steps of one of the five shapes: whether something is read at each, and something written.
struct StepOf {
  bool reads, writes;
};

constexpr double pitch = 32, square = 20, rise = 44;

/// Draws a shape from x on, its states at the height y, and gives its width.
double draw_shape(Svg& svg, Point at, std::string_view name, std::span<const StepOf> steps) {
  for (size_t t = 0; t < steps.size(); ++t) {
    const double x = at.x + pitch * (static_cast<double>(t) + 0.5);
    const double below = at.y + rise, above = at.y - rise;
    if (steps[t].reads) {
      box(svg, {x, below}, square, square, read_colour);
      arrow(svg, {x, below - square / 2}, {x, at.y + square / 2});
    }
    if (steps[t].writes) {
      box(svg, {x, above}, square, square, written_colour);
      arrow(svg, {x, at.y - square / 2}, {x, above + square / 2});
    }
    box(svg, {x, at.y}, square, square, state_colour);
    if (t > 0) arrow(svg, {x - pitch + square / 2, at.y}, {x - square / 2, at.y});
  }
  const double width = pitch * static_cast<double>(steps.size());
  svg.text({at.x + width / 2, at.y + rise + 34}, name, {.anchor = Anchor::middle});
  return width;
}

}  // namespace

std::string unrolled_figure() {
  constexpr double first = 88, step = 86, y = 112;
  const std::array words = {"the", "dog", "ate", "the", "cat"};
  const std::array states = {"h₁", "h₂", "h₃", "h₄", "h₅"};
  Svg svg(500, 232);
  svg.text({16, 28}, "Unrolled: the same cell at every step", {.size = 15, .bold = true});
  svg.text({18, y + 5}, "h₀ = 0");
  for (size_t t = 0; t < words.size(); ++t) {
    const double x = first + step * (static_cast<double>(t) + 0.2);
    const double from = t == 0 ? 66 : x - step + 24;
    arrow(svg, {from, y}, {x - 24, y});
    arrow(svg, {x, y + 52}, {x, y + 18});
    arrow(svg, {x, y - 18}, {x, y - 44});
    box(svg, {x, y}, 48, 36, state_colour, "cell");
    box(svg, {x, y + 66}, 48, 26, read_colour, words[t]);
    svg.text({x, y - 50}, states[t], {.anchor = Anchor::middle});
  }
  svg.text({250, 218}, "All five boxes have the same weights.",
           {.size = 12, .anchor = Anchor::middle, .colour = pale_ink});
  return svg.str();
}

std::string five_shapes_figure() {
  constexpr StepOf reads{true, false}, writes{false, true}, both{true, true}, neither{false, false};
  Svg svg(500, 396);
  svg.text({16, 28}, "Five shapes", {.size = 15, .bold = true});
  constexpr double upper = 106, lower = 270;
  draw_shape(svg, {62, upper}, "one to one", std::array{both});
  draw_shape(svg, {176, upper}, "one to many", std::array{both, writes, writes});
  draw_shape(svg, {344, upper}, "many to one", std::array{reads, reads, both});
  draw_shape(svg, {44, lower}, "many to many, in step", std::array{both, both, both});
  draw_shape(svg, {240, lower}, "many to many, out of step",
             std::array{reads, reads, reads, neither, writes, writes});
  const std::array<std::pair<const char*, Colour>, 3> meanings = {
      {{"what is read", read_colour}, {"a state", state_colour}, {"what is said", written_colour}}};
  double x = 62;
  for (const auto& [text, colour] : meanings) {
    box(svg, {x, 374}, 14, 14, colour);
    svg.text({x + 14, 379}, text, {.size = 12});
    x += 150;
  }
  return svg.str();
}

}  // namespace transformer
