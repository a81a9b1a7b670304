#include "chapters/02_positional_encoding/program/waves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/02_positional_encoding/program/drawings.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {

// ---- One by one -------------------------------------------------------------------------------

void show_waves(const SceneRequest& request) {
  constexpr Index d_model = 8;
  constexpr double last = 63, step = 0.25;
  std::vector<Series> waves;
  for (Index i = 0; i < d_model / 2; ++i) {
    Series& wave = waves.emplace_back(Series{fmt::format("column {}", 2 * i), {}, {}});
    for (double p = 0; p <= last; p += step) {
      wave.x.push_back(p);
      wave.y.push_back(std::sin(frequency(i, d_model) * p));
    }
  }
  std::vector<TableRow> table;
  for (const Index p : {0, 1, 2, 3, 63}) {
    TableRow& row = table.emplace_back(TableRow{std::to_string(p)});
    for (Index i = 0; i < d_model / 2; ++i) {
      row.push_back(number_text(std::sin(frequency(i, d_model) * static_cast<double>(p))));
    }
  }
  print_table({"position", "column 0", "column 2", "column 4", "column 6"}, table);
  request.draw("waves", line_chart(waves, {.title = "The sines of 64 positions, d_model = 8",
                                           .x_label = "position",
                                           .y_label = "number in the column",
                                           .low_y = -1.0,
                                           .high_y = 1.0}));
}

// ---- As the hands of clocks -------------------------------------------------------------------

namespace {

constexpr Index n_hands = 4;
constexpr double face = 52;  // radius, in pixels

/// The hands of position p: the faster, the longer.
void draw_face(Svg& svg, Point middle, double p) {
  draw_circle(svg, middle, face);
  for (Index i = n_hands - 1; i >= 0; --i) {
    const double length = face * (1 - 0.2 * static_cast<double>(i));
    const Point tip = on_circle(middle, length, frequency(i, 2 * n_hands) * p);
    svg.line(middle, tip, {.colour = line_colour(static_cast<size_t>(i)), .width = 2.5});
  }
}

std::string clocks_figure() {
  constexpr double left = 20, top = 60, panel = 144, row_height = 146;
  constexpr int n_faces = 5;
  Svg svg(left + n_faces * panel, top + 3 * row_height + 24);
  svg.text({left, 28}, "A clock with four hands, d_model = 8: they start at the right",
           {.size = 15, .bold = true});
  double y = top + face;
  for (const int step : {1, 10, 100}) {
    for (int i = 0; i < n_faces; ++i) {
      const Point middle{left + (i + 0.5) * panel - left / 2, y};
      const int position = (step == 1 ? i : i + 1) * step;
      draw_face(svg, middle, position);
      svg.text({middle.x, y + face + 20}, fmt::format("position {}", position),
               {.anchor = Anchor::middle});
    }
    y += row_height;
  }
  for (Index i = 0; i < n_hands; ++i) {
    svg.text({left + 150 * static_cast<double>(i), top + 3 * row_height + 8},
             fmt::format("■ columns {} and {}", 2 * i, 2 * i + 1),
             {.colour = line_colour(static_cast<size_t>(i)), .bold = true});
  }
  return svg.str();
}

}  // namespace

void show_clock(const SceneRequest& request) {
  const Index p = request.integer("position", 0, 100000);
  std::vector<TableRow> table;
  for (Index i = 0; i < n_hands; ++i) {
    const double turns =
        frequency(i, 2 * n_hands) * static_cast<double>(p) / (2 * std::numbers::pi);
    table.push_back({fmt::format("{} and {}", 2 * i, 2 * i + 1), number_text(std::floor(turns), 0),
                     number_text(360 * (turns - std::floor(turns)), 1)});
  }
  fmt::print("position {}\n", p);
  print_table({"columns", "whole turns", "degrees beyond them"}, table);
  request.draw("clocks", clocks_figure());
}

// ---- Added up ---------------------------------------------------------------------------------

void show_detector(const SceneRequest& request) {
  constexpr Index n = 201, wanted = 100, near = 10;
  std::vector<Series> lines;
  std::vector<TableRow> table;
  for (const Index n_pairs : {1, 2, 4, 64}) {
    const Matrix codes = sinusoids(n, 2 * n_pairs);
    const ConstMatrixView pe = view_of(codes), weights = pe.rows(wanted, wanted + 1);
    Series line{n_pairs == 1 ? "1 wave" : fmt::format("{} waves", n_pairs), {}, {}};
    double far_away = -1;
    for (Index p = 0; p < n; ++p) {
      const double sum = inner_product(weights, pe.rows(p, p + 1)) / static_cast<double>(n_pairs);
      line.x.push_back(static_cast<double>(p));
      line.y.push_back(sum);
      if (std::abs(p - wanted) >= near) far_away = std::max(far_away, sum);
    }
    const auto at = [&](Index p) { return number_text(line.y[static_cast<size_t>(p)]); };
    table.push_back({std::to_string(n_pairs), at(wanted), at(wanted + 1), number_text(far_away)});
    if (n_pairs == 1 || n_pairs == 64) lines.push_back(line);
  }
  print_table({"waves", "at 100", "at 101", "the largest 10 or more away"}, table);
  request.draw("detector", line_chart(lines, {.title = "Where is position 100? Waves added up",
                                              .x_label = "position p",
                                              .y_label = "sum / number of waves",
                                              .low_y = -1.0,
                                              .high_y = 1.0}));
}

}  // namespace transformer
