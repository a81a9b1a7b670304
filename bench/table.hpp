// One readable table of what was measured.
#pragma once

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

}  // namespace transformer::bench
