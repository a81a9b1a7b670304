#include "bench/machine/limits.hpp"

namespace transformer::bench {

LimitLoops baseline_loops() { return loops<16>(); }

}  // namespace transformer::bench
