#include "chapters/06_decoder/exercises/decoder_layer.hpp"

namespace transformer {

Matrix exercise_decoder_layer(const DecoderParts& parts, const Matrix& y, const Matrix& memory) {
  const Matrix a = parts.norm_1(y, parts.self_attention(y, Sight::everything));
  return parts.norm_2(a, parts.feed_forward(a));
}

}  // namespace transformer
