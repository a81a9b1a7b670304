// The check says: the first position has seen what comes after it
#include "chapters/06_decoder/exercises/decoder_layer.hpp"

namespace transformer {

Matrix exercise_decoder_layer(const DecoderParts& parts, const Matrix& y, const Matrix& memory) {
  const Matrix a = parts.norm_1(y, parts.self_attention(y, Sight::everything));
  const Matrix b = parts.norm_2(a, parts.cross_attention(a, memory));
  return parts.norm_3(b, parts.feed_forward(b));
}

}  // namespace transformer
