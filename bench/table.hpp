// One readable table of what was measured.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "bench/measurements.hpp"
#include "bench/plan.hpp"

namespace transformer::bench {

/// Ours beside the peers, topic by topic, as ratios and as shares of the machine's limits;
/// Markdown.
std::string make_table(const Measurements& measurements, const Plan& plan);

/// The peers of a plan, each once.
std::vector<Contender> peers_of(const Plan& plan);

/// The fastest of some peers in a work: of all, or of those in fp32.
struct Fastest {
  const Contender* contender = nullptr;  ///< None where no peer did it.
  double seconds = std::numeric_limits<double>::infinity();
};
Fastest fastest(const Measurements& measurements, const std::vector<Contender>& peers,
                const std::string& work, bool in_fp32);

}  // namespace transformer::bench
