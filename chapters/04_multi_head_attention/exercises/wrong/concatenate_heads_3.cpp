// The check says: W^O is still missing
#include "chapters/04_multi_head_attention/exercises/concatenate_heads.hpp"

#include "src/kernels/kernels.hpp"

namespace transformer {

Matrix exercise_merge(const std::vector<Matrix>& heads, const Matrix& /*w_o*/) {
  const size_t n_tokens = heads[0].shape(0), d_v = heads[0].shape(1);
  Matrix concatenated = zeros(static_cast<Index>(n_tokens), static_cast<Index>(heads.size() * d_v));
  for (size_t h = 0; h < heads.size(); ++h) {
    for (size_t i = 0; i < n_tokens; ++i) {
      for (size_t c = 0; c < d_v; ++c) concatenated(i, h * d_v + c) = heads[h](i, c);
    }
  }
  return concatenated;
}

}  // namespace transformer
