// The waves of the encoding, drawn: one by one, as the hands of clocks, and added up.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// Draws the sines of four pairs against the position: waves.svg.
void show_waves(const SceneRequest&);

/// Prints by which angle each hand of the clock has turned, and draws it at some positions:
/// clocks.svg.
void show_clock(const SceneRequest&);

/// How well a sum of more and more waves finds one position; figure detector.
void show_detector(const SceneRequest&);

}  // namespace transformer
