// The chapter's figures that are neither heat maps nor charts.
#pragma once

#include "src/book/scenes.hpp"
#include "src/draw/svg.hpp"

namespace transformer {

/// The frequency of pair i: by how many radians it turns from one position to the next.
double frequency(Index i, Index d_model);

/// The point at an angle: the cosine to the right, the sine upwards.
Point on_circle(Point middle, double radius, double angle);
void draw_circle(Svg& svg, Point middle, double radius);

/// Draws how a step of k positions turns each pair of columns of PE(p): rotation.svg.
void draw_rotation(const SceneRequest&);

/// Draws the codes of 50 positions, the rivals' beside the paper's: rivals.svg.
void draw_rivals(const SceneRequest&);

}  // namespace transformer
