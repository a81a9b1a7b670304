#include "bench/machine/limits.hpp"

namespace transformer::bench {

LimitLoops avx2_loops() { return loops<32>(); }

}  // namespace transformer::bench
