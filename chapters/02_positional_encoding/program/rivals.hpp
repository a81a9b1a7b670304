// Other ways to number positions, and what each does worse than the paper's.
#pragma once

#include <string>
#include <vector>

#include "src/book/scenes.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// A way of encoding positions: `codes(n)` has one row for each of n positions.
struct Encoding {
  std::string name;
  Matrix (*codes)(Index n_positions);
};

/// Four rivals, and the paper's encoding with d_model = 128 last.
const std::vector<Encoding>& encodings();

/// What a way of encoding n positions is worth.
struct EncodingScore {
  Index n_collisions = 0;    ///< Positions whose code another position has, too (to within 0.001).
  double smallest_step = 0;  ///< The least distance between neighbours: what must not get lost.
  double largest_step = 0;   ///< The largest: a fair ruler has all steps alike.
  double lowest = 0, highest = 0;  ///< The range of the numbers.
};

/// Scores codes (n_positions, width), one in each row.
EncodingScore score_of(const Matrix& codes);

/// The scores of the paper's encoding and its rivals for 50, 500 and 5000 positions; figure rivals.
void show_rivals(const SceneRequest&);
/// Where the slow sine and the binary digits fail.
void show_rivals_closely(const SceneRequest&);

}  // namespace transformer
