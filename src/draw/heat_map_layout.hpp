// How the parts of a heat map share the page.
#pragma once

#include <algorithm>
#include <span>

#include "src/draw/figures.hpp"

namespace transformer {

inline constexpr double figure_margin = 16;  ///< Pixels around a figure, and between its panels.
inline constexpr double label_size = 12;     ///< Pixels of the text beside rows and columns.
inline constexpr double title_size = 15;
inline constexpr double shortest_key = 90;  ///< Pixels of a colour bar beside a flat matrix.

/// Places and lengths in pixels.
struct HeatMapLayout {
  Index n_rows = 0, n_columns = 0;  ///< Cells of a panel.
  Index n_across = 0, n_down = 0;   ///< Panels.
  double cell_width = 0, cell_height = 0;
  double left = 0, below = 0;  ///< Room for row labels, and for column labels.
  double above = 0;            ///< Room for each panel's title.
  double title = 0;            ///< Room for the title of the whole.
  double x_label = 0, y_label = 0;
  double key = 0;        ///< Room for the colour bar or legend at the right.
  bool rotated = false;  ///< Column labels are too long to lie flat.

  double map_width() const { return cell_width * static_cast<double>(n_columns); }
  double map_height() const { return cell_height * static_cast<double>(n_rows); }
  double panel_width() const { return map_width() + figure_margin; }
  double panel_height() const { return above + map_height() + figure_margin; }
  double panels_left() const { return figure_margin + y_label + left; }
  double panels_right() const {
    return panels_left() + static_cast<double>(n_across) * panel_width() - figure_margin;
  }
  double panels_top() const { return figure_margin + title; }
  double panels_bottom() const {
    return panels_top() + static_cast<double>(n_down) * panel_height() - figure_margin;
  }
  double width() const { return panels_right() + key + figure_margin; }
  double height() const {
    return std::max(panels_bottom() + below + x_label, panels_top() + above + shortest_key) +
           figure_margin;
  }

  /// Where the cells of panel p lie.
  Box map(Index p) const {
    return {panels_left() + static_cast<double>(p % n_across) * panel_width(),
            panels_top() + static_cast<double>(p / n_across) * panel_height() + above, map_width(),
            map_height()};
  }
};

/// Chooses cells as large as the page allows, and no larger than looks good. Throws Error
/// (internal) where shapes or numbers of labels disagree.
HeatMapLayout heat_map_layout(std::span<const HeatMapPanel> panels, const HeatMapStyle& style,
                              double key);

}  // namespace transformer
