// Write: make a decoder layer of an encoder layer.
//
// The parts lie ready, and decoder_layer.cpp has an encoder layer of them (chapter 05). A decoder
// layer has one sub-layer more and one restriction more (section 3.1, and Figure 1). All must be in
// their places: the parts are those of a real layer, and the result is compared with it.
#pragma once

#include <functional>

#include "src/tensor/tensor.hpp"

namespace transformer {

enum class Sight { everything, nothing_later };

struct DecoderParts {
  /// y looks at y.
  std::function<Matrix(const Matrix& y, Sight sight)> self_attention;
  /// `asking` looks at `asked`.
  std::function<Matrix(const Matrix& asking, const Matrix& asked)> cross_attention;
  std::function<Matrix(const Matrix& y)> feed_forward;
  /// LayerNorm(y + sublayer): three of them, each with its own gain.
  using AddAndNorm = std::function<Matrix(const Matrix& y, const Matrix& sublayer)>;
  AddAndNorm norm_1, norm_2, norm_3;
};

/// y is (n_target_tokens, d_model), memory is (n_source_tokens, d_model).
Matrix exercise_decoder_layer(const DecoderParts& parts, const Matrix& y, const Matrix& memory);

}  // namespace transformer
