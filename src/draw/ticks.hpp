// Where an axis has its marks, and what stands beside them.
#pragma once

#include <string>
#include <vector>

#include "src/base/index.hpp"

namespace transformer {

/// One mark of an axis.
struct Tick {
  double place = 0;  ///< In the units of the data.
  std::string label;
};

/// Round numbers (1, 2 or 5 times a power of ten apart) in [low, high], about `n_wanted` of them.
std::vector<Tick> linear_ticks(double low, double high, int n_wanted);

/// Powers of ten in [low, high], both positive; with 2 and 5 times those where there are few.
std::vector<Tick> log_ticks(double low, double high);

/// Round numbers among 0 .. n - 1, at most about `n_wanted` of them.
std::vector<Tick> index_ticks(Index n, double n_wanted);

/// The distance between two marks that `linear_ticks` chooses.
double tick_step(double low, double high, int n_wanted);

}  // namespace transformer
