// The check says: offsets count from the beginning of the batch
#include "chapters/06_decoder/exercises/append_pair.hpp"

namespace transformer {

void exercise_append_pair(std::span<const TokenId> source, std::span<const TokenId> target,
                          PairBatch& batch) {
  batch.source.insert(batch.source.end(), source.begin(), source.end());
  batch.source.push_back(end_mark);
  batch.target_input.push_back(begin_mark);
  batch.target_input.insert(batch.target_input.end(), target.begin(), target.end());
  batch.target_output.insert(batch.target_output.end(), target.begin(), target.end());
  batch.target_output.push_back(end_mark);
  batch.source_offsets.push_back(static_cast<Index>(source.size()) + 1);
  batch.target_offsets.push_back(static_cast<Index>(target.size()) + 1);
}

}  // namespace transformer
