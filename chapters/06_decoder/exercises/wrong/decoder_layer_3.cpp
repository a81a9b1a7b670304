// The check says: in Figure 1 the feed-forward network comes last
#include "chapters/06_decoder/exercises/decoder_layer.hpp"

namespace transformer {

Matrix exercise_decoder_layer(const DecoderParts& parts, const Matrix& y, const Matrix& memory) {
  const Matrix a = parts.norm_1(y, parts.self_attention(y, Sight::nothing_later));
  const Matrix b = parts.norm_2(a, parts.feed_forward(a));
  return parts.norm_3(b, parts.cross_attention(b, memory));
}

}  // namespace transformer
