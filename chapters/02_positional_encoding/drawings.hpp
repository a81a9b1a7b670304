// The chapter's figures that are neither heat maps nor charts.
#pragma once

#include <filesystem>

namespace transformer {

/// Draws how a step of k positions turns each pair of columns of PE(p): rotation.svg.
void draw_rotation(const std::filesystem::path& figures);

/// Draws the codes of 50 positions, the rivals' beside the paper's: rivals.svg.
void draw_rivals(const std::filesystem::path& figures);

}  // namespace transformer
