// The chapter's figures that are neither heat maps nor charts.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// Draws how a step of k positions turns each pair of columns of PE(p): rotation.svg.
void draw_rotation(const SceneRequest&);

/// Draws the codes of 50 positions, the rivals' beside the paper's: rivals.svg.
void draw_rivals(const SceneRequest&);

}  // namespace transformer
