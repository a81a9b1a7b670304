#include "chapters/06_decoder/exercises/append_pair.hpp"

namespace transformer {

void exercise_append_pair(std::span<const TokenId> source, std::span<const TokenId> target,
                          PairBatch& batch) {
  batch.source.insert(batch.source.end(), source.begin(), source.end());
  batch.target_input.insert(batch.target_input.end(), target.begin(), target.end());
  batch.target_output.insert(batch.target_output.end(), target.begin(), target.end());
  // The marks are missing, and the offsets.
}

}  // namespace transformer
