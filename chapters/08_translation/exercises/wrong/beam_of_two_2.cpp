// The check says: not when the first sentence has ended
#include "chapters/08_translation/exercises/beam_of_two.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace transformer {

namespace {

struct Hypothesis {
  Tokens tokens;
  double log_p = 0.0;
};

bool is_better(const Hypothesis& a, const Hypothesis& b) { return a.log_p > b.log_p; }

}  // namespace

Tokens exercise_beam_search(const Language& next_log_p, size_t k, TokenId end, size_t most) {
  std::vector<Hypothesis> beam = {{}};
  Hypothesis best{{}, -std::numeric_limits<double>::infinity()};
  for (size_t length = 0; length < most && !beam.empty(); ++length) {
    std::vector<Hypothesis> all;
    for (const Hypothesis& hypothesis : beam) {
      const std::vector<double> log_p = next_log_p(hypothesis.tokens);
      for (size_t token = 0; token < log_p.size(); ++token) {
        Hypothesis& next = all.emplace_back(hypothesis);
        next.tokens.push_back(static_cast<TokenId>(token));
        next.log_p += log_p[token];
      }
    }
    std::stable_sort(all.begin(), all.end(), is_better);
    beam.clear();
    for (const Hypothesis& next : all) {
      if (beam.size() == k) break;
      if (next.tokens.back() != end) {
        beam.push_back(next);
      } else if (is_better(next, best)) {
        best = next;
      }
    }
    if (!best.tokens.empty()) break;
  }
  return best.tokens;
}

}  // namespace transformer
