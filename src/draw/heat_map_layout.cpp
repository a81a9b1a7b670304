#include "src/draw/heat_map_layout.hpp"

#include <algorithm>

#include "src/base/error.hpp"

namespace transformer {
namespace {

constexpr double page_width = 800;
constexpr double largest_map_height = 560;

double widest(const std::vector<std::string>& labels) {
  double width = 0;
  for (const std::string& label : labels) width = std::max(width, text_pixels(label, label_size));
  return width;
}

void require_fit(std::span<const HeatMapPanel> panels, const HeatMapStyle& style) {
  if (panels.empty()) fail(ExitCode::internal, "a heat map needs a matrix");
  const ConstMatrixView first = panels.front().matrix;
  for (const HeatMapPanel& panel : panels) {
    if (!same_shape(panel.matrix, first) || first.size() == 0) {
      fail(ExitCode::internal, "heat map \"{}\": a matrix is ({}, {}), the first one ({}, {})",
           style.title, panel.matrix.n_rows, panel.matrix.n_columns, first.n_rows, first.n_columns);
    }
  }
  const auto n_row_labels = static_cast<Index>(style.row_labels.size());
  const auto n_column_labels = static_cast<Index>(style.column_labels.size());
  if ((n_row_labels != 0 && n_row_labels != first.n_rows) ||
      (n_column_labels != 0 && n_column_labels != first.n_columns)) {
    fail(ExitCode::internal, "heat map \"{}\": ({}, {}) cells, but {} row and {} column labels",
         style.title, first.n_rows, first.n_columns, n_row_labels, n_column_labels);
  }
}

// The side of a cell that lets `n_across` panels fill the page.
double cell_side(const HeatMapLayout& l, Index n_across, bool has_numbers) {
  const double room = page_width - 2 * figure_margin - l.y_label - l.left - l.key;
  const double map_width = room / static_cast<double>(n_across) - figure_margin;
  return std::min({has_numbers ? 54.0 : 40.0, map_width / static_cast<double>(l.n_columns),
                   largest_map_height / static_cast<double>(l.n_rows)});
}

}  // namespace

HeatMapLayout heat_map_layout(std::span<const HeatMapPanel> panels, const HeatMapStyle& style,
                              double key) {
  require_fit(panels, style);
  HeatMapLayout l;
  l.n_rows = panels.front().matrix.n_rows;
  l.n_columns = panels.front().matrix.n_columns;

  // Make room for everything but the cells.
  l.key = key;
  l.title = style.title.empty() ? 0 : 30;
  l.x_label = style.x_label.empty() ? 0 : 20;
  l.y_label = style.y_label.empty() ? 0 : 22;
  l.above = panels.size() > 1 ? 24 : 0;
  l.left = style.row_labels.empty() ? 30 : widest(style.row_labels) + 8;

  // Put as many panels side by side as stay legible: a label needs the height of a line.
  const auto n_panels = static_cast<Index>(panels.size());
  const double smallest = style.column_labels.empty() ? 1 : label_size + 3;
  l.n_across = std::min<Index>(n_panels, style.n_panels_per_row);
  while (l.n_across > 1 && cell_side(l, l.n_across, style.numbers) < smallest) --l.n_across;
  l.n_down = (n_panels + l.n_across - 1) / l.n_across;

  // Cells are square, unless rows would become illegible.
  l.cell_width = cell_side(l, l.n_across, style.numbers);
  l.cell_height = std::max(l.cell_width, style.row_labels.empty() ? 1.0 : label_size + 3);

  constexpr double gap = 6;  // so that two labels do not read as one
  const double column_label = widest(style.column_labels);
  l.rotated = column_label + gap > l.cell_width;
  l.below = l.rotated ? 0.71 * column_label + 22 : 26;
  if (l.rotated) l.left = std::max(l.left, 0.71 * column_label - l.cell_width / 2);
  return l;
}

}  // namespace transformer
