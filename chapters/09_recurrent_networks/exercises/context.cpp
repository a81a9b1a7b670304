#include "chapters/09_recurrent_networks/exercises/context.hpp"

namespace transformer {

Matrix exercise_context(const Matrix& forwards, const Matrix& /*backwards*/,
                        const std::vector<Index>& offsets) {
  return zeros(std::ssize(offsets) - 1, 2 * static_cast<Index>(forwards.shape(1)));
}

}  // namespace transformer
