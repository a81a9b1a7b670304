#include "chapters/08_translation/exercises/beam_of_two.hpp"

#include <algorithm>
#include <limits>

namespace transformer {

namespace {

struct Hypothesis {
  Tokens tokens;
  double log_p = 0.0;
};

}  // namespace

Tokens exercise_beam_search(const Language& next_log_p, size_t k, TokenId end, size_t most) {
  // One empty hypothesis to begin with.
  std::vector<Hypothesis> beam = {{}};
  return {};
}

}  // namespace transformer
