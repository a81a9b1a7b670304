#include "bench/machine/limits.hpp"

namespace transformer::bench {

LimitLoops avx512_loops() { return loops<64>(); }

}  // namespace transformer::bench
