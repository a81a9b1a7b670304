// The check says: the projections and the output matrix are missing
#include "chapters/11_complexity/exercises/operations.hpp"

namespace transformer {

Index exercise_self_attention(Index n, Index d, Index n_heads) { return 2 * n * n * d; }

Index exercise_lstm(Index n, Index d) { return 8 * n * d * d; }

}  // namespace transformer
