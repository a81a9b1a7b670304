#include "chapters/04_multi_head_attention/exercises/split_heads.hpp"

namespace transformer {

PaddedHeads exercise_split_heads(const Padded& q, size_t n_heads) {
  const size_t n_sentences = q.shape(0), n_tokens = q.shape(1), d_k = q.shape(2) / n_heads;
  PaddedHeads heads = PaddedHeads::from_shape({n_sentences, n_heads, n_tokens, d_k});
  for (size_t s = 0; s < n_sentences; ++s) {
    for (size_t h = 0; h < n_heads; ++h) {
      for (size_t i = 0; i < n_tokens; ++i) {
        for (size_t c = 0; c < d_k; ++c) heads(s, h, i, c) = q(s, i, h * d_k + c);
      }
    }
  }
  return heads;
}

}  // namespace transformer
