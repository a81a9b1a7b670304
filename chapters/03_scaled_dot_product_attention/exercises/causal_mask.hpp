// Write: the causal mask, as a matrix that is added to the scores.
//
// `exercise_causal_mask` should be 0 where a query may look and minus infinity where it may not. A
// word may see itself, and no later one. Where there are fewer queries than keys, as in decoding
// token by token, the queries are the last words: the last query is the last key's word.
#pragma once

#include "src/tensor/tensor.hpp"

namespace transformer {

/// What is added to the scores, (n_queries, n_keys) with n_queries <= n_keys.
Matrix exercise_causal_mask(Index n_queries, Index n_keys);

}  // namespace transformer
