#include "chapters/11_complexity/exercises/operations.hpp"

namespace transformer {

Index exercise_self_attention(Index n, Index d, Index n_heads) {
  const Index d_k = d / n_heads, scores = n * n * d_k, mixing = n * n * d_k;
  return 4 * n * d * d + n_heads * (scores + mixing);
}

Index exercise_lstm(Index n, Index d) { return 4 * (n * d * d + n * d * d); }

}  // namespace transformer
