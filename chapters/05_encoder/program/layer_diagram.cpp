#include "chapters/05_encoder/program/layer_diagram.hpp"

#include <algorithm>
#include <array>

#include "src/draw/colours.hpp"
#include "src/draw/svg.hpp"

namespace transformer {
namespace {

constexpr double left = 210, right = 500, middle = (left + right) / 2, width = 640;
constexpr double height = 46, gap = 40, head_room = 96, detour = right + 26;

/// The boxes' places: box 0 is the lowest.
class Layout {
 public:
  explicit Layout(size_t n_boxes) : n_boxes_(static_cast<double>(n_boxes)) {}
  double bottom(size_t i) const { return top(i) + height; }
  double top(size_t i) const {
    return head_room + (n_boxes_ - 1 - static_cast<double>(i)) * (height + gap);
  }
  double end() const { return bottom(0) + gap + 24; }

 private:
  double n_boxes_;
};

/// A line that ends in an arrow head; the last stretch goes up, left or right.
void arrow(Svg& svg, std::span<const Point> points) {
  svg.polyline(points);
  const Point tip = points.back(), before = points[points.size() - 2];
  const double size = 5, along_x = tip.x > before.x ? -size : size;
  const bool upwards = tip.x == before.x;
  const std::array<Point, 3> head =
      upwards
          ? std::array<Point, 3>{{{tip.x - size, tip.y + size}, tip, {tip.x + size, tip.y + size}}}
          : std::array<Point, 3>{
                {{tip.x + along_x, tip.y - size}, tip, {tip.x + along_x, tip.y + size}}};
  svg.polyline(head);
}

void draw_box(Svg& svg, const Layout& layout, size_t i, const DiagramBox& box) {
  const Box place{left, layout.top(i), right - left, height};
  const double centre = place.y + height / 2;
  svg.rectangle(place, palette(ColourMap::sequential, 9)[box.residual ? 0 : 2]);
  svg.frame(place);
  svg.text({middle, centre - 4}, box.name, {.anchor = Anchor::middle, .bold = true});
  svg.text({middle, centre + 14}, box.detail, {.size = 12, .anchor = Anchor::middle});
  // What leaves it.
  arrow(svg, std::array<Point, 2>{{{middle, place.y}, {middle, place.y - gap}}});
  svg.text({middle - 8, place.y - gap / 2 + 4}, box.shape,
           {.size = 12, .anchor = Anchor::end, .colour = pale_ink});
  if (box.residual) {
    const double start = layout.bottom(i - 1) + gap / 2;
    arrow(svg, std::array<Point, 4>{
                   {{middle, start}, {detour, start}, {detour, centre}, {right, centre}}});
  }
  if (!box.from_side.empty()) {
    arrow(svg, std::array<Point, 2>{{{16, centre}, {left, centre}}});
    svg.text({16, centre - 8}, box.from_side, {.size = 12});
  }
}

}  // namespace

std::string layer_diagram(std::span<const DiagramBox> boxes, const LayerDiagram& text) {
  const Layout layout(boxes.size());
  Svg svg(width, layout.end());
  svg.text({16, 28}, text.title, {.size = 15, .bold = true});
  size_t first = boxes.size(), last = 0;
  for (size_t i = 0; i < boxes.size(); ++i) {
    if (!boxes[i].in_layer) continue;
    first = std::min(first, i);
    last = i;
  }
  const double frame_top = layout.top(last) - 8, frame_bottom = layout.bottom(first) + gap - 10;
  svg.frame({left - 16, frame_top, detour + 14 - left + 16, frame_bottom - frame_top},
            {.colour = pale_ink, .dashes = "5 4"});
  svg.text({detour + 22, (frame_top + frame_bottom) / 2}, text.times, {.bold = true});
  arrow(svg, std::array<Point, 2>{{{middle, layout.bottom(0) + gap}, {middle, layout.bottom(0)}}});
  svg.text({middle, layout.bottom(0) + gap + 15}, text.input,
           {.size = 12, .anchor = Anchor::middle});
  for (size_t i = 0; i < boxes.size(); ++i) draw_box(svg, layout, i, boxes[i]);
  return svg.str();
}

}  // namespace transformer
