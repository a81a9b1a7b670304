#include "src/kernels/matmul_grid.hpp"

#include <cmath>
#include <limits>

namespace transformer::kernel {
namespace {

/// The division of short integers takes a fraction of the time.
using Short = std::int32_t;
Short shorten(Index n) { return static_cast<Short>(std::min<Index>(n, 1 << 30)); }
Short quotient_up(Short a, Short b) { return (a - 1) / b + 1; }

/// A grid with r x c blocks takes quotient_up(r c, n_threads) rounds, each of which costs
/// rows * columns + pack_cost * (rows + columns) with the rows and columns of its largest block.
class Search {
 public:
  explicit Search(const GridProblem& p)
      : n_rows_(shorten(p.n_rows)),
        n_column_tiles_(shorten(p.n_column_tiles())),
        tile_columns_(shorten(p.tile_columns)),
        n_threads_(shorten(p.n_threads)),
        most_r_(shorten(p.most_row_blocks())) {}

  /// Looks for a better grid among those with c column blocks.
  void try_columns(Short c) {
    const double columns = quotient_up(n_column_tiles_, c) * static_cast<double>(tile_columns_);
    // With k rounds there are k n_threads / c row blocks at most: the cost is not less than this
    // and k times the cost of packing the columns.
    const double least_work = static_cast<double>(n_rows_) * c / n_threads_ * (columns + pack_cost);
    for (Short k = quotient_up(c, n_threads_); least_work + k * pack_cost * columns < least_; ++k) {
      const Short r = std::min(most_r_, k * n_threads_ / c);
      const double rows = quotient_up(n_rows_, r);
      const double n_rounds = quotient_up(r * c, n_threads_);
      const double cost = n_rounds * (rows * columns + pack_cost * (rows + columns));
      if (cost < least_) {
        least_ = cost;
        best_ = {r, c};
      }
      if (r == most_r_) return;
    }
  }

  /// The next number of column blocks that makes them narrower; 0 where they are single tiles.
  Short next_columns(Short c) const {
    const Short width = quotient_up(n_column_tiles_, c);
    return width == 1 ? 0 : quotient_up(n_column_tiles_, width - 1);
  }

  Grid best() const { return best_; }

 private:
  Short n_rows_, n_column_tiles_, tile_columns_, n_threads_, most_r_;
  Grid best_;
  double least_ = std::numeric_limits<double>::infinity();
};

}  // namespace

Grid choose_grid(const GridProblem& problem) {
  Search search(problem);
  const Short most_c = shorten(problem.most_column_blocks());
  // About square blocks are usually good, and a good grid at the beginning shortens the search.
  const double square =
      std::sqrt(static_cast<double>(problem.n_threads) * static_cast<double>(problem.n_columns) /
                static_cast<double>(problem.n_rows));
  search.try_columns(static_cast<Short>(std::clamp(square, 1.0, static_cast<double>(most_c))));
  for (Short c = 1; c != 0 && c <= most_c; c = search.next_columns(c)) search.try_columns(c);
  return search.best();
}

}  // namespace transformer::kernel
