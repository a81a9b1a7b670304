// The choice of a grid against trying all grids.
#include "src/kernels/matmul_grid.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <random>
#include <vector>

#include "src/system/machine.hpp"

using namespace transformer;
using namespace transformer::kernel;

namespace {

/// What the busiest thread has to do.
Index cost_of(const GridProblem& p, Index r, Index c) {
  const Index rows = (p.n_rows + r - 1) / r;
  const Index columns = (p.n_column_tiles() + c - 1) / c * p.tile_columns;
  const Index n_rounds = (r * c + p.n_threads - 1) / p.n_threads;
  return n_rounds * (rows * columns + pack_cost * (rows + columns));
}

Index least_cost(const GridProblem& p) {
  Index least = std::numeric_limits<Index>::max();
  for (Index c = 1; c <= p.most_column_blocks(); ++c) {
    for (Index r = 1; r <= p.most_row_blocks(); ++r) least = std::min(least, cost_of(p, r, c));
  }
  return least;
}

/// Sizes from 1 to 16000, small ones as often as large ones.
class Problems {
 public:
  GridProblem next(Index n_threads) {
    const auto size = [&] {
      const auto bits = static_cast<Index>(random_() % 14);
      return (Index{1} << bits) + static_cast<Index>(random_()) % (Index{1} << bits);
    };
    constexpr Index tiles[][2] = {{4, 8}, {6, 16}, {14, 32}};
    const auto& [tile_rows, tile_columns] = tiles[random_() % 3];
    return {size(), size(), tile_rows, tile_columns, n_threads};
  }

 private:
  std::mt19937 random_{1};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(matmul_grid)

BOOST_AUTO_TEST_CASE(no_grid_is_better_than_the_one_that_is_chosen) {
  Problems problems;
  for (Index n_threads = 1; n_threads <= 64; ++n_threads) {
    for (int i = 0; i < 40; ++i) {
      const GridProblem p = problems.next(n_threads);
      const Grid grid = choose_grid(p);
      BOOST_TEST((grid.n_row_blocks >= 1 && grid.n_row_blocks <= p.most_row_blocks()));
      BOOST_TEST((grid.n_column_blocks >= 1 && grid.n_column_blocks <= p.most_column_blocks()));
      BOOST_TEST(cost_of(p, grid.n_row_blocks, grid.n_column_blocks) == least_cost(p),
                 p.n_rows << " x " << p.n_columns << " on " << n_threads << " threads");
    }
  }
}

BOOST_AUTO_TEST_CASE(products_of_extreme_shapes_have_a_grid) {
  for (const Index n_threads : {1, 2, 64, 256}) {
    for (const auto& [n_rows, n_columns] :
         std::vector<std::pair<Index, Index>>{{1, 1}, {1, Index{1} << 40}, {Index{1} << 40, 1}}) {
      const Grid grid = choose_grid({n_rows, n_columns, 14, 32, n_threads});
      BOOST_TEST((grid.n_row_blocks >= 1 && grid.n_row_blocks <= 2 * n_threads));
      BOOST_TEST((grid.n_column_blocks >= 1 && grid.n_column_blocks <= 2 * n_threads));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_choice_takes_no_time_on_many_threads) {
  // On average about 0.2 microseconds on a processor of 2023; trying all grids takes 500 times
  // that.
  Problems problems;
  std::vector<GridProblem> all;
  for (int i = 0; i < 1000; ++i) all.push_back(problems.next(64));
  double shortest = 1e9;
  Index n_blocks = 0;
  for (int round = 0; round < 5; ++round) {
    const double begin = machine::seconds();
    for (const GridProblem& p : all) n_blocks += choose_grid(p).n_row_blocks;
    shortest = std::min(shortest, machine::seconds() - begin);
  }
  BOOST_TEST(n_blocks > 0);
  constexpr double more_than_any_sanitizer_needs = 20e-6;
  BOOST_TEST(shortest / 1000 < more_than_any_sanitizer_needs, shortest * 1e3 << " us each");
}

BOOST_AUTO_TEST_SUITE_END()
