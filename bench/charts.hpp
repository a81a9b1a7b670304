// What was measured, as pictures.
#pragma once

#include <map>
#include <string>

#include "bench/measurements.hpp"
#include "bench/plan.hpp"

namespace transformer::bench {

/// By the name of a file: the time of models of growing size, ours beside the best of each peer,
/// and what a step costs beside the count of its operations, when one of its sizes grows. SVG.
std::map<std::string, std::string> make_charts(const Measurements& measurements, const Plan& plan);

}  // namespace transformer::bench
