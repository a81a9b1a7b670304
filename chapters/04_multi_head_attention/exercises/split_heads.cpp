#include "chapters/04_multi_head_attention/exercises/split_heads.hpp"

#include <algorithm>

namespace transformer {

PaddedHeads exercise_split_heads(const Padded& q, size_t n_heads) {
  const size_t n_sentences = q.shape(0), n_tokens = q.shape(1), d_k = q.shape(2) / n_heads;
  PaddedHeads heads = PaddedHeads::from_shape({n_sentences, n_heads, n_tokens, d_k});
  std::copy(q.begin(), q.end(), heads.begin());
  return heads;
}

}  // namespace transformer
