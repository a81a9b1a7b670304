#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "src/base/error.hpp"
#include "src/draw/figures.hpp"
#include "src/draw/ticks.hpp"

namespace transformer {
namespace {

constexpr double width = 760, height = 420;
constexpr double margin = 16;
constexpr double label_size = 12;
constexpr double title_size = 15;
constexpr std::array<std::string_view, 4> dashes = {"", "7 3", "2 3", "9 3 2 3"};

/// One axis: how numbers become a share in [0, 1] of its length, and its marks.
struct Axis {
  bool is_log = false;
  double low = 0, high = 1;
  std::vector<Tick> ticks;

  bool shows(double x) const { return std::isfinite(x) && (!is_log || x > 0); }
  double share(double x) const {
    return is_log ? std::log(x / low) / std::log(high / low) : (x - low) / (high - low);
  }
};

Axis axis_of(std::span<const Series> series, std::vector<double> Series::*numbers, bool is_log) {
  Axis axis{is_log, std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest(), {}};
  for (const Series& s : series) {
    for (const double x : s.*numbers) {
      if (!axis.shows(x)) continue;
      axis.low = std::min(axis.low, x);
      axis.high = std::max(axis.high, x);
    }
  }
  if (axis.low > axis.high) axis.low = axis.high = 1;
  // A single number gets room on both sides.
  if (axis.low == axis.high && is_log) axis.low /= 2, axis.high *= 2;
  if (axis.low == axis.high) axis.low -= 0.5, axis.high += 0.5;
  return axis;
}

Axis x_axis(std::span<const Series> series, const LineChartStyle& style) {
  Axis axis = axis_of(series, &Series::x, style.log_x);
  axis.ticks = axis.is_log ? log_ticks(axis.low, axis.high) : linear_ticks(axis.low, axis.high, 8);
  return axis;
}

// The y axis ends on round numbers, so that no line touches the frame.
Axis y_axis(std::span<const Series> series, const LineChartStyle& style) {
  Axis axis = axis_of(series, &Series::y, style.log_y);
  if (axis.is_log) {
    const double air = std::pow(axis.high / axis.low, 0.04);
    axis.low /= air, axis.high *= air;
  } else {
    const double step = tick_step(axis.low, axis.high, 6);
    axis.low = std::floor(axis.low / step + 1e-9) * step;
    axis.high = std::ceil(axis.high / step - 1e-9) * step;
  }
  axis.low = style.low_y.value_or(axis.low);
  axis.high = style.high_y.value_or(axis.high);
  axis.ticks = axis.is_log ? log_ticks(axis.low, axis.high) : linear_ticks(axis.low, axis.high, 6);
  return axis;
}

/// Draws the parts of a chart into one picture.
class ChartDrawing {
 public:
  ChartDrawing(std::span<const Series> series, const LineChartStyle& style)
      : series_(series),
        style_(style),
        x_(x_axis(series, style)),
        y_(y_axis(series, style)),
        svg_(width, height) {
    double widest = 0;
    for (const Tick& tick : y_.ticks) {
      widest = std::max(widest, text_pixels(tick.label, label_size));
    }
    const double left = margin + (style.y_label.empty() ? 0 : 24) + widest + 8;
    const double bottom = height - margin - 20 - (style.x_label.empty() ? 0 : 22);
    const double top = draw_legend(left, margin + (style.title.empty() ? 0 : 30));
    plot_ = {left, top, width - margin - 8 - left, bottom - top};
    draw_axes();
    draw_titles();
    for (size_t i = 0; i < series.size(); ++i) draw_series(i);
  }
  std::string str() const { return svg_.str(); }

 private:
  double draw_legend(double left, double top);
  void draw_axes();
  void draw_titles();
  void draw_series(size_t i);

  LineStyle line_of(size_t i) const {
    return {.colour = line_colour(i), .width = 2, .dashes = dashes[i % dashes.size()]};
  }
  Point place(double x, double y) const {
    return {plot_.x + x_.share(x) * plot_.width, plot_.bottom() - y_.share(y) * plot_.height};
  }

  std::span<const Series> series_;
  const LineChartStyle& style_;
  Axis x_, y_;
  Svg svg_;
  Box plot_;
};

// Names the lines from left to right, in as many rows as that takes; returns where the plot begins.
double ChartDrawing::draw_legend(double left, double top) {
  Point at{left, top + 12};
  bool any = false;
  for (size_t i = 0; i < series_.size(); ++i) {
    if (series_[i].name.empty()) continue;
    const double length = 34 + text_pixels(series_[i].name, label_size) + 18;
    if (any && at.x + length > width - margin) at = {left, at.y + 20};
    svg_.line({at.x, at.y - 4}, {at.x + 28, at.y - 4}, line_of(i));
    svg_.text({at.x + 34, at.y}, series_[i].name, {.size = label_size});
    at.x += length;
    any = true;
  }
  return any ? at.y + 14 : top + 8;
}

void ChartDrawing::draw_axes() {
  for (const Tick& tick : y_.ticks) {
    const double y = plot_.bottom() - y_.share(tick.place) * plot_.height;
    svg_.line({plot_.x, y}, {plot_.right(), y}, {.colour = hairline});
    svg_.text({plot_.x - 8, y + 4}, tick.label, {.size = label_size, .anchor = Anchor::end});
  }
  for (const Tick& tick : x_.ticks) {
    const double x = plot_.x + x_.share(tick.place) * plot_.width;
    svg_.line({x, plot_.y}, {x, plot_.bottom()}, {.colour = hairline});
    svg_.text({x, plot_.bottom() + 18}, tick.label, {.size = label_size, .anchor = Anchor::middle});
  }
  svg_.line({plot_.x, plot_.bottom()}, {plot_.right(), plot_.bottom()});
  svg_.line({plot_.x, plot_.y}, {plot_.x, plot_.bottom()});
}

void ChartDrawing::draw_titles() {
  svg_.text({plot_.x, margin + title_size}, style_.title, {.size = title_size, .bold = true});
  svg_.text({plot_.x + plot_.width / 2, height - margin - 2}, style_.x_label,
            {.anchor = Anchor::middle});
  svg_.text({margin + 12, plot_.y + plot_.height / 2}, style_.y_label,
            {.anchor = Anchor::middle, .rotation = -90});
}

void ChartDrawing::draw_series(size_t i) {
  const Series& series = series_[i];
  if (series.x.size() != series.y.size()) {
    fail(ExitCode::internal, "the line \"{}\" has {} places but {} numbers", series.name,
         series.x.size(), series.y.size());
  }
  std::vector<Point> points;
  const auto finish = [&] {
    svg_.polyline(points, line_of(i));
    points.clear();
  };
  for (size_t k = 0; k < series.x.size(); ++k) {
    if (x_.shows(series.x[k]) && y_.shows(series.y[k])) {
      // A line that leaves the frame runs along its edge.
      points.push_back(place(series.x[k], std::clamp(series.y[k], y_.low, y_.high)));
    } else {
      finish();
    }
  }
  finish();
}

}  // namespace

std::string line_chart(std::span<const Series> series, const LineChartStyle& style) {
  return ChartDrawing(series, style).str();
}

}  // namespace transformer
