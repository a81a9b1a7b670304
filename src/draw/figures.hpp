// The figures of the book, each as the text of an SVG file: heat maps, masks and line charts.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/draw/colours.hpp"
#include "src/draw/svg.hpp"
#include "src/tensor/view.hpp"

namespace transformer {

// ---- Heat maps --------------------------------------------------------------------------------

struct HeatMapStyle {
  std::string title = {};
  std::string x_label = {}, y_label = {};       ///< What columns and rows are.
  std::vector<std::string> row_labels = {};     ///< Empty: rows are numbered.
  std::vector<std::string> column_labels = {};  ///< Empty: columns are numbered.
  ColourMap colours = ColourMap::sequential;
  std::optional<double> low = {},
                        high = {};  ///< What the ends of the colours mean; else from the numbers.
  bool numbers = false;             ///< Writes each number into its cell.
  int digits = 2;                   ///< Decimals of these numbers.
  int n_panels_per_row = 4;         ///< For heat_maps.
};

/// A matrix as coloured cells, with a colour bar.
std::string heat_map(ConstMatrixView matrix, const HeatMapStyle& style = {});

/// One of several matrices of equal shape, with its own small title.
struct HeatMapPanel {
  std::string title;
  ConstMatrixView matrix;
};

/// Several matrices side by side, which share labels, colours and the colour bar; one for each
/// attention head, for example.
std::string heat_maps(std::span<const HeatMapPanel> panels, const HeatMapStyle& style = {});

/// A mask: cells that are not zero are visible, the others hidden.
std::string mask_map(ConstMatrixView mask, const HeatMapStyle& style = {});

// ---- Line charts ------------------------------------------------------------------------------

/// One line: y over x. Numbers that are not finite, or that a logarithm cannot show, leave a gap.
struct Series {
  std::string name;
  std::vector<double> x, y;
};

struct LineChartStyle {
  std::string title = {};
  std::string x_label = {}, y_label = {};
  bool log_x = false, log_y = false;
  std::optional<double> low_y = {}, high_y = {};  ///< Else from the numbers.
};

/// Lines over common axes. They differ in colour and in dashes, and a legend names them.
std::string line_chart(std::span<const Series> series, const LineChartStyle& style = {});

}  // namespace transformer
