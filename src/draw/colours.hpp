// The colours of our figures. All can be told apart by readers who see red and green alike.
#pragma once

#include <span>
#include <vector>

#include "src/draw/svg.hpp"

namespace transformer {

enum class ColourMap {
  sequential,  ///< From near white to dark blue: for weights and other amounts.
  diverging,   ///< From blue over white to red: for numbers around zero.
};

/// `n_levels` colours from the low to the high end of the map (ColorBrewer's Blues and RdBu).
std::vector<Colour> palette(ColourMap map, int n_levels);

/// True where white text is easier to read on `ground` than dark text.
bool is_dark(Colour ground);

/// The colour of the i-th line of a chart (Okabe and Ito 2008, "Color Universal Design").
Colour line_colour(size_t i);

}  // namespace transformer
