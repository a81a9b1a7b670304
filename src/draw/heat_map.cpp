#include <algorithm>

#include "src/draw/figures.hpp"
#include "src/draw/heat_map_layout.hpp"
#include "src/draw/number_text.hpp"
#include "src/draw/ticks.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {
namespace {

constexpr int n_levels = 64;

/// Which colour a number gets: level 0 at `low`, the last level at `high`.
struct Scale {
  double low = 0, high = 1;
  std::vector<Colour> palette;

  int level(double number) const {
    const int last = static_cast<int>(palette.size()) - 1;
    const double place = (number - low) / (high - low) * (last + 1);
    return place > 0 ? static_cast<int>(std::min<double>(place, last)) : 0;
  }
};

Scale scale_of(std::span<const HeatMapPanel> panels, const HeatMapStyle& style) {
  double low = 0, high = 0;
  for (const HeatMapPanel& panel : panels) {
    for (Index i = 0; i < panel.matrix.n_rows; ++i) {
      for (Index j = 0; j < panel.matrix.n_columns; ++j) {
        low = std::min<double>(low, panel.matrix(i, j));
        high = std::max<double>(high, panel.matrix(i, j));
      }
    }
  }
  // White means zero in a diverging map.
  if (style.colours == ColourMap::diverging) high = std::max(-low, high), low = -high;
  Scale scale{style.low.value_or(low), style.high.value_or(high), palette(style.colours, n_levels)};
  if (!(scale.high > scale.low)) scale.high = scale.low + 1;
  return scale;
}

/// Draws the parts of a heat map into one picture.
class HeatMapDrawing {
 public:
  HeatMapDrawing(std::span<const HeatMapPanel> panels, const HeatMapStyle& style, Scale scale,
                 double key_width)
      : panels_(panels),
        style_(style),
        scale_(std::move(scale)),
        layout_(heat_map_layout(panels, style, key_width)),
        svg_(layout_.width(), layout_.height()) {
    draw_titles();
    for (size_t p = 0; p < panels.size(); ++p) {
      const Box map = layout_.map(static_cast<Index>(p));
      draw_cells(panels[p].matrix, map);
      if (style.numbers) draw_numbers(panels[p].matrix, map);
      // Panels share the labels of rows at the left, and of columns at the bottom.
      const auto n_across = static_cast<size_t>(layout_.n_across);
      if (p % n_across == 0) draw_row_labels(map);
      if (p + n_across >= panels.size()) draw_column_labels(map);
      svg_.text({map.x + map.width / 2, map.y - 8}, panels[p].title, {.anchor = Anchor::middle});
    }
  }

  void draw_colour_bar();
  void draw_legend(std::string_view low, std::string_view high);
  std::string str() const { return svg_.str(); }

 private:
  void draw_titles();
  void draw_cells(ConstMatrixView matrix, const Box& map);
  void draw_numbers(ConstMatrixView matrix, const Box& map);
  void draw_row_labels(const Box& map);
  void draw_column_labels(const Box& map);

  // The middle of row i, and of column j.
  double row_middle(const Box& map, double i) const {
    return map.y + (i + 0.5) * layout_.cell_height;
  }
  double column_middle(const Box& map, double j) const {
    return map.x + (j + 0.5) * layout_.cell_width;
  }

  std::span<const HeatMapPanel> panels_;
  const HeatMapStyle& style_;
  Scale scale_;
  HeatMapLayout layout_;
  Svg svg_;
};

void HeatMapDrawing::draw_titles() {
  const HeatMapLayout& l = layout_;
  svg_.text({l.panels_left(), figure_margin + title_size}, style_.title,
            {.size = title_size, .bold = true});
  svg_.text({(l.panels_left() + l.panels_right()) / 2, l.panels_bottom() + l.below + 12},
            style_.x_label, {.anchor = Anchor::middle});
  svg_.text({figure_margin + 12, (l.panels_top() + l.panels_bottom()) / 2}, style_.y_label,
            {.anchor = Anchor::middle, .rotation = -90});
}

void HeatMapDrawing::draw_cells(ConstMatrixView matrix, const Box& map) {
  auto levels = zeros<int>(matrix.n_rows, matrix.n_columns);
  for (Index i = 0; i < matrix.n_rows; ++i) {
    for (Index j = 0; j < matrix.n_columns; ++j) levels(i, j) = scale_.level(matrix(i, j));
  }
  svg_.grid(map, view_of(std::as_const(levels)), scale_.palette);

  // White lines set large cells apart.
  if (std::min(layout_.cell_width, layout_.cell_height) >= 12) {
    for (Index i = 1; i < matrix.n_rows; ++i) {
      const double y = map.y + static_cast<double>(i) * layout_.cell_height;
      svg_.line({map.x, y}, {map.right(), y}, {.colour = white});
    }
    for (Index j = 1; j < matrix.n_columns; ++j) {
      const double x = map.x + static_cast<double>(j) * layout_.cell_width;
      svg_.line({x, map.y}, {x, map.bottom()}, {.colour = white});
    }
  }
  svg_.frame(map, {.colour = pale_ink, .width = 0.75});
}

void HeatMapDrawing::draw_numbers(ConstMatrixView matrix, const Box& map) {
  for (Index i = 0; i < matrix.n_rows; ++i) {
    for (Index j = 0; j < matrix.n_columns; ++j) {
      const Colour ground = scale_.palette[static_cast<size_t>(scale_.level(matrix(i, j)))];
      const Point at{column_middle(map, static_cast<double>(j)),
                     row_middle(map, static_cast<double>(i)) + 4.5};
      svg_.text(
          at, number_text(matrix(i, j), style_.digits),
          {.size = label_size, .anchor = Anchor::middle, .colour = is_dark(ground) ? white : ink});
    }
  }
}

void HeatMapDrawing::draw_row_labels(const Box& map) {
  const auto label = [&](double i, std::string_view text) {
    svg_.text({map.x - 7, row_middle(map, i) + 4.2}, text,
              {.size = label_size, .anchor = Anchor::end});
  };
  for (size_t i = 0; i < style_.row_labels.size(); ++i) {
    label(static_cast<double>(i), style_.row_labels[i]);
  }
  if (!style_.row_labels.empty()) return;
  for (const Tick& tick : index_ticks(layout_.n_rows, map.height / 26))
    label(tick.place, tick.label);
}

void HeatMapDrawing::draw_column_labels(const Box& map) {
  const auto label = [&](double j, std::string_view text) {
    if (layout_.rotated) {
      svg_.text({column_middle(map, j) + 5, map.bottom() + 14}, text,
                {.size = label_size, .anchor = Anchor::end, .rotation = -45});
    } else {
      svg_.text({column_middle(map, j), map.bottom() + 17}, text,
                {.size = label_size, .anchor = Anchor::middle});
    }
  };
  for (size_t j = 0; j < style_.column_labels.size(); ++j) {
    label(static_cast<double>(j), style_.column_labels[j]);
  }
  if (!style_.column_labels.empty()) return;
  for (const Tick& tick : index_ticks(layout_.n_columns, map.width / 34)) {
    label(tick.place, tick.label);
  }
}

void HeatMapDrawing::draw_colour_bar() {
  const Box first = layout_.map(0);
  const double height = std::clamp(layout_.panels_bottom() - first.y, shortest_key, 260.0);
  const Box bar{layout_.panels_right() + 22, first.y, 14, height};
  const auto n = static_cast<Index>(scale_.palette.size());
  auto levels = zeros<int>(n, 1);
  for (Index i = 0; i < n; ++i) levels(i, 0) = static_cast<int>(n - 1 - i);
  svg_.grid(bar, view_of(std::as_const(levels)), scale_.palette);
  svg_.frame(bar, {.colour = pale_ink, .width = 0.75});
  for (const Tick& tick : linear_ticks(scale_.low, scale_.high, height > 150 ? 5 : 3)) {
    const double share = (tick.place - scale_.low) / (scale_.high - scale_.low);
    const double y = bar.bottom() - share * height;
    svg_.line({bar.right(), y}, {bar.right() + 4, y}, {.colour = pale_ink});
    svg_.text({bar.right() + 7, y + 4}, tick.label, {.size = label_size});
  }
}

void HeatMapDrawing::draw_legend(std::string_view low, std::string_view high) {
  Box sample{layout_.panels_right() + 22, layout_.map(0).y, 14, 14};
  const auto entry = [&](Colour colour, std::string_view text) {
    svg_.rectangle(sample, colour);
    svg_.frame(sample, {.colour = pale_ink, .width = 0.75});
    svg_.text({sample.right() + 7, sample.y + 11.5}, text, {.size = label_size});
    sample.y += 24;
  };
  entry(scale_.palette.back(), high);
  entry(scale_.palette.front(), low);
}

}  // namespace

std::string heat_maps(std::span<const HeatMapPanel> panels, const HeatMapStyle& style) {
  HeatMapDrawing drawing(panels, style, scale_of(panels, style), 76);
  drawing.draw_colour_bar();
  return drawing.str();
}

std::string heat_map(ConstMatrixView matrix, const HeatMapStyle& style) {
  const HeatMapPanel panel{"", matrix};
  return heat_maps({&panel, 1}, style);
}

std::string mask_map(ConstMatrixView mask, const HeatMapStyle& style) {
  // Any number but zero counts as one.
  Matrix visible = matrix_of<float>(mask);
  for (float& x : visible) x = x != 0.0f ? 1.0f : 0.0f;
  const HeatMapPanel panel{"", view_of(std::as_const(visible))};
  HeatMapDrawing drawing({&panel, 1}, style, {0, 1, {{238, 238, 238}, {33, 113, 181}}}, 100);
  drawing.draw_legend("hidden", "visible");
  return drawing.str();
}

}  // namespace transformer
