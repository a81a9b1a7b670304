#include <algorithm>
#include <unordered_map>

#include "src/autograd/tape.hpp"

namespace transformer {

//! [depth]
Index Tape::depth_of(Variable output) const {
  // Of each variable that the output depends on: the longest chain of operations in between.
  std::unordered_map<const VariableData*, Index> chains;
  const auto whole = [](const VariableData* x) { return x->whole ? x->whole : x; };
  chains[whole(&output.data())] = 0;
  Index depth = 0;
  for (const Record* record = last_; record != nullptr; record = record->previous) {
    const auto after = chains.find(record->output);
    const bool computes = !record->inputs.empty();  // to show blocks of columns does not
    if (after == chains.end() || !computes) continue;
    const Index n = after->second + 1;
    depth = std::max(depth, n);
    for (const VariableData* input : record->inputs) {
      Index& chain = chains[whole(input)];
      chain = std::max(chain, n);
    }
  }
  return depth;
}
//! [depth]

}  // namespace transformer
