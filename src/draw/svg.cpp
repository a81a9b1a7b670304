#include "src/draw/svg.hpp"

#include <fmt/format.h>
#include <utf8.h>

#include <iterator>
#include <vector>

#include "src/base/error.hpp"
#include "src/draw/number_text.hpp"
#include "src/draw/text_width.hpp"
#include "src/io/atomic_file.hpp"

namespace transformer {
namespace {

// A length in pixels: at most two decimals, no zeros at the end.
std::string px(double length) {
  std::string text = number_text(length, 2);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string hex(Colour c) { return fmt::format("#{:02x}{:02x}{:02x}", c.red, c.green, c.blue); }

constexpr char32_t replacement_character = 0xFFFD;

/// What XML 1.0 cannot write, not even as a number: control characters and two code points. White
/// space becomes a space.
char32_t writable(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return ' ';
  return c < 0x20 || c == 0xFFFE || c == 0xFFFF ? replacement_character : c;
}

std::string escaped(std::string_view text) {
  std::string valid, out;
  utf8::replace_invalid(text.begin(), text.end(), std::back_inserter(valid), replacement_character);
  for (auto next = valid.begin(); next != valid.end();) {
    switch (const char32_t c = writable(utf8::unchecked::next(next))) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        utf8::unchecked::append(c, std::back_inserter(out));
    }
  }
  return out;
}

std::string position(const Box& box) {
  return fmt::format(R"(x="{}" y="{}" width="{}" height="{}")", px(box.x), px(box.y), px(box.width),
                     px(box.height));
}

std::string stroke(const LineStyle& style) {
  std::string text =
      fmt::format(R"(stroke="{}" stroke-width="{}")", hex(style.colour), px(style.width));
  if (!style.dashes.empty()) text += fmt::format(R"( stroke-dasharray="{}")", style.dashes);
  return text;
}

constexpr std::string_view name_of(Anchor anchor) {
  return anchor == Anchor::start ? "start" : anchor == Anchor::middle ? "middle" : "end";
}

}  // namespace

Svg::Svg(double width, double height) {
  body_ = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}")"
      "\n     font-family=\"DejaVu Sans, Verdana, Helvetica, Arial, sans-serif\">\n",
      px(width), px(height));
  rectangle({0, 0, width, height}, white);
}

void Svg::rectangle(const Box& box, Colour fill) {
  body_ += fmt::format("<rect {} fill=\"{}\"/>\n", position(box), hex(fill));
}

void Svg::frame(const Box& box, const LineStyle& style) {
  body_ += fmt::format("<rect {} fill=\"none\" {}/>\n", position(box), stroke(style));
}

void Svg::line(Point from, Point to, const LineStyle& style) {
  body_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {}/>\n", px(from.x),
                       px(from.y), px(to.x), px(to.y), stroke(style));
}

void Svg::polyline(std::span<const Point> points, const LineStyle& style) {
  std::string path;
  for (const Point& point : points) path += fmt::format(" {},{}", px(point.x), px(point.y));
  if (path.empty()) return;
  body_ += fmt::format("<polyline points=\"{}\" fill=\"none\" {} stroke-linejoin=\"round\"/>\n",
                       path.substr(1), stroke(style));
}

void Svg::text(Point at, std::string_view text, const TextStyle& style) {
  std::string attributes =
      fmt::format(R"(x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}")", px(at.x), px(at.y),
                  px(style.size), name_of(style.anchor), hex(style.colour));
  if (style.bold) attributes += " font-weight=\"bold\"";
  if (style.rotation != 0) {
    attributes +=
        fmt::format(" transform=\"rotate({} {} {})\"", px(style.rotation), px(at.x), px(at.y));
  }
  body_ += fmt::format("<text {}>{}</text>\n", attributes, escaped(text));
}

void Svg::grid(const Box& box, BasicMatrixView<const int> levels, std::span<const Colour> palette) {
  // Collect one path for each colour, in units of cells: strokes as thick as a row is high.
  std::vector<std::string> paths(palette.size());
  for (Index i = 0; i < levels.n_rows; ++i) {
    for (Index begin = 0, end; begin < levels.n_columns; begin = end) {
      for (end = begin + 1; end < levels.n_columns && levels(i, end) == levels(i, begin);) ++end;
      std::string& path = paths[static_cast<size_t>(levels(i, begin))];
      path += fmt::format("M{} {}h{}", begin, i, end - begin);
    }
  }
  // Sharp edges: otherwise the ground shines through between two cells.
  const double cell_width = box.width / static_cast<double>(levels.n_columns);
  const double cell_height = box.height / static_cast<double>(levels.n_rows);
  body_ += fmt::format(
      "<g transform=\"translate({} {}) scale({:.6g} {:.6g})\" fill=\"none\" "
      "shape-rendering=\"crispEdges\">\n",
      px(box.x), px(box.y + cell_height / 2), cell_width, cell_height);
  for (size_t c = 0; c < palette.size(); ++c) {
    if (paths[c].empty()) continue;
    body_ += fmt::format("<path stroke=\"{}\" d=\"{}\"/>\n", hex(palette[c]), paths[c]);
  }
  body_ += "</g>\n";
}

double text_pixels(std::string_view text, double size) {
  return 0.6 * size * static_cast<double>(text_width(text));
}

void write_figure(const std::filesystem::path& file, std::string_view svg) {
  std::error_code error;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  if (error) {
    fail(ExitCode::cannot_create, "{}: the folder cannot be created: {}",
         file.parent_path().string(), error.message());
  }
  replace_file(file, svg);
}

}  // namespace transformer
