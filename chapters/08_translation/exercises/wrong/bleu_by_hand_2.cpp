// The check says: twice in both, it matches twice
#include "chapters/08_translation/exercises/bleu_by_hand.hpp"

#include <algorithm>
#include <map>

namespace transformer {

namespace {

/// How often each n-gram stands among the words.
std::map<Words, Index> ngrams_of(const Words& words, size_t n) {
  std::map<Words, Index> counts;
  for (auto first = words.begin(); words.end() - first >= static_cast<Index>(n); ++first) {
    ++counts[Words(first, first + static_cast<Index>(n))];
  }
  return counts;
}

}  // namespace

Index exercise_clipped_matches(const Words& hypothesis, const Words& reference, size_t n) {
  std::map<Words, Index> in_reference = ngrams_of(reference, n);
  Index n_matches = 0;
  for (const auto& [ngram, count] : ngrams_of(hypothesis, n)) {
    n_matches += in_reference.count(ngram) > 0;
  }
  return n_matches;
}

}  // namespace transformer
