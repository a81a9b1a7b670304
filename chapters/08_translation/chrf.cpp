#include "chapters/08_translation/chrf.hpp"

#include <utf8.h>

#include <array>
#include <unordered_map>

#include "chapters/08_translation/bleu.hpp"
#include "src/data/characters.hpp"

namespace transformer {
namespace {

constexpr size_t longest = 6;

/// Of all n-grams of one length.
struct Counts {
  Index n_hypothesis = 0, n_reference = 0, n_matches = 0;
};

std::u32string without_spaces(const std::string& text) {
  std::u32string characters;
  for (const char32_t c : utf8::utf8to32(text)) {
    if (!is_white_space(c)) characters += c;
  }
  return characters;
}

void count(const std::u32string& hypothesis, const std::u32string& reference, size_t n,
           Counts& counts) {
  if (reference.size() < n) return;  // there is nothing to match
  const auto n_ngrams = [n](const std::u32string& text) {
    return text.size() < n ? 0 : text.size() - n + 1;
  };
  // Every n-gram of the reference can be matched once.
  std::unordered_map<std::u32string_view, Index> n_left;
  for (size_t i = 0; i < n_ngrams(reference); ++i) {
    ++n_left[std::u32string_view(reference).substr(i, n)];
  }
  for (size_t i = 0; i < n_ngrams(hypothesis); ++i) {
    const auto found = n_left.find(std::u32string_view(hypothesis).substr(i, n));
    if (found == n_left.end() || found->second == 0) continue;
    --found->second;
    ++counts.n_matches;
  }
  counts.n_hypothesis += static_cast<Index>(n_ngrams(hypothesis));
  counts.n_reference += static_cast<Index>(n_ngrams(reference));
}

}  // namespace

double chrf(std::span<const std::string> hypotheses, std::span<const std::string> references) {
  require_corpus(hypotheses, references);
  std::array<Counts, longest> counts;
  for (size_t i = 0; i < hypotheses.size(); ++i) {
    const std::u32string hypothesis = without_spaces(hypotheses[i]),
                         reference = without_spaces(references[i]);
    for (size_t n = 1; n <= longest; ++n) count(hypothesis, reference, n, counts[n - 1]);
  }
  double precision = 0, recall = 0;
  int n_lengths = 0;
  for (const auto& [n_hypothesis, n_reference, n_matches] : counts) {
    if (n_hypothesis == 0 || n_reference == 0) continue;
    precision += static_cast<double>(n_matches) / static_cast<double>(n_hypothesis);
    recall += static_cast<double>(n_matches) / static_cast<double>(n_reference);
    ++n_lengths;
  }
  if (precision == 0) return 0;
  precision /= n_lengths;
  recall /= n_lengths;
  return 100 * 5 * precision * recall / (4 * precision + recall);
}

}  // namespace transformer
