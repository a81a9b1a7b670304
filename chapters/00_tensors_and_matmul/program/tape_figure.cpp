#include "chapters/00_tensors_and_matmul/program/tape_figure.hpp"

#include <fmt/format.h>

#include <array>

#include "src/draw/svg.hpp"

namespace transformer {
namespace {

constexpr Colour backward{176, 36, 24};
constexpr double width = 150, height = 66, shift = 5;

/// `(1 -2; 1 1)`: the rows of a small matrix, one after the other.
std::string numbers(ConstMatrixView matrix) {
  std::string text = "(";
  for (Index i = 0; i < matrix.n_rows; ++i) {
    for (Index j = 0; j < matrix.n_columns; ++j) {
      text += fmt::format("{}{:g}", j > 0 ? "  " : i > 0 ? ";  " : "", matrix(i, j));
    }
  }
  return text + ")";
}

class TapeDrawing {
 public:
  void node(Point at, const TapeNode& node) {
    svg_.frame({at.x, at.y, width, height});
    const double middle = at.x + width / 2;
    svg_.text({middle, at.y + 19}, node.name, {.anchor = Anchor::middle, .bold = true});
    svg_.text({middle, at.y + 38}, numbers(node.value), {.anchor = Anchor::middle});
    svg_.text({middle, at.y + 57}, fmt::format("d{} = {}", node.name, numbers(node.gradient)),
              {.anchor = Anchor::middle, .colour = backward});
  }

  void operation(Point at, std::string_view name) {
    const Box box{at.x, at.y, 90, height};
    svg_.rectangle(box, hairline);
    svg_.text({at.x + 45, at.y + height / 2 + 5}, name, {.anchor = Anchor::middle});
  }

  /// There in black, and back in the colour of gradients.
  void both_ways(Point from, Point to) {
    arrow({from.x, from.y - shift}, {to.x, to.y - shift}, ink);
    arrow({to.x, to.y + shift}, {from.x, from.y + shift}, backward);
  }

  std::string str() {
    svg_.text({20, 26}, "loss = relu(x w + b) v", {.size = 15, .bold = true});
    svg_.text({20, 316}, "black: forward, from the inputs to the loss");
    svg_.text({330, 316}, "red: backward, the derivative of the loss by each number",
              {.colour = backward});
    return svg_.str();
  }

 private:
  void arrow(Point from, Point to, Colour colour) {
    svg_.line(from, to, {.colour = colour});
    const double back = to.x > from.x ? -6 : 6;
    const std::array<Point, 3> head = {
        {{to.x + back, to.y - 4}, {to.x, to.y}, {to.x + back, to.y + 4}}};
    svg_.polyline(head, {.colour = colour});
  }

  Svg svg_{860, 336};
};

}  // namespace

std::string tape_figure(const TapeNodes& n) {
  constexpr double inputs = 20, first = 230, middle = 380, second = 590, last = 690;
  constexpr double top = 46, centre = 129, bottom = 212, half = height / 2;
  TapeDrawing drawing;
  drawing.node({inputs, top}, n.x);
  drawing.node({inputs, centre}, n.w);
  drawing.node({inputs, bottom}, n.b);
  drawing.operation({first, centre}, "linear, relu");
  drawing.node({middle, centre}, n.h);
  drawing.node({middle, bottom}, n.v);
  drawing.operation({second, centre}, "linear");
  drawing.node({last, centre}, n.loss);
  const double axis = centre + half;
  drawing.both_ways({inputs + width, top + half}, {first, axis - 20});
  drawing.both_ways({inputs + width, axis}, {first, axis});
  drawing.both_ways({inputs + width, bottom + half}, {first, axis + 20});
  drawing.both_ways({first + 90, axis}, {middle, axis});
  drawing.both_ways({middle + width, axis}, {second, axis});
  drawing.both_ways({middle + width, bottom + half}, {second, axis + 20});
  drawing.both_ways({second + 90, axis}, {last, axis});
  return drawing.str();
}

}  // namespace transformer
