// Write: two sentences become one more pair of a batch.
//
// A batch holds the tokens of many pairs, one after the other. The encoder reads the source and its
// end mark. The decoder reads the target so that it never sees what it has to predict (section 3.1:
// "the output embeddings are offset by one position"), and has to predict the target and its end.
#pragma once

#include <span>
#include <vector>

#include "src/base/index.hpp"

namespace transformer {

constexpr TokenId begin_mark = 1, end_mark = 2;

struct PairBatch {
  std::vector<TokenId> source, target_input, target_output;
  /// Where each sentence begins, and at the end where the next would: 0 at first.
  std::vector<Index> source_offsets{0}, target_offsets{0};
};

/// Appends the pair to what is in the batch already.
void exercise_append_pair(std::span<const TokenId> source, std::span<const TokenId> target,
                          PairBatch& batch);

}  // namespace transformer
