// Writes SVG pictures: the few shapes that our figures need, with bytes that depend on nothing but
// what is drawn.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "src/tensor/view.hpp"

namespace transformer {

/// Red, green and blue, each in [0, 255].
struct Colour {
  int red = 0, green = 0, blue = 0;
  bool operator==(const Colour&) const = default;
};
inline constexpr Colour white{255, 255, 255};
inline constexpr Colour ink{34, 34, 34};
inline constexpr Colour pale_ink{102, 102, 102};
inline constexpr Colour hairline{221, 221, 221};

/// A place, in pixels from the upper left corner.
struct Point {
  double x = 0, y = 0;
};

/// A rectangle: its upper left corner and its size.
struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

enum class Anchor { start, middle, end };

struct TextStyle {
  double size = 13;
  Anchor anchor = Anchor::start;
  Colour colour = ink;
  bool bold = false;
  double rotation = 0;  ///< Degrees, clockwise, about the text's own anchor.
};

struct LineStyle {
  Colour colour = ink;
  double width = 1;
  std::string_view dashes = {};  ///< Lengths of strokes and gaps, such as "6 3"; empty: unbroken.
};

/// A picture on a white ground, so that it stays readable on a dark page.
class Svg {
 public:
  Svg(double width, double height);

  void rectangle(const Box& box, Colour fill);
  /// The outline alone.
  void frame(const Box& box, const LineStyle& style = {});
  void line(Point from, Point to, const LineStyle& style = {});
  void polyline(std::span<const Point> points, const LineStyle& style = {});
  /// `at` is on the base line of the text. `text` may hold any bytes: what SVG cannot
  /// show becomes U+FFFD.
  void text(Point at, std::string_view text, const TextStyle& style = {});
  /// A grid of rectangles that fills `box`: cell (i, j) has palette[levels(i, j)]. Neighbours of
  /// one colour in a row become one rectangle, and equal colours one path, so that big grids stay
  /// small.
  void grid(const Box& box, BasicMatrixView<const int> levels, std::span<const Colour> palette);

  /// The whole file.
  std::string str() const { return body_ + "</svg>\n"; }

 private:
  std::string body_;
};

/// About how wide a text of this size becomes, for layouts that make room for it.
double text_pixels(std::string_view text, double size = 13);

/// Writes a picture to a file, replacing it as a whole; makes the folder where it is missing.
/// Throws Error (cannot_create, io).
void write_figure(const std::filesystem::path& file, std::string_view svg);

}  // namespace transformer
