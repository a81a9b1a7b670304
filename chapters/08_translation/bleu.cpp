#include "chapters/08_translation/bleu.hpp"

#include <utf8.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

#include "src/base/error.hpp"

namespace transformer {
namespace {

// ---- n-grams ----

/// Where each word begins and ends in a text with single spaces.
std::vector<std::string_view> words_in(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

/// Calls `see(n, ngram)` for every n-gram of the words, which lie in one text with single spaces:
/// so an n-gram is a piece of that text.
template <class See>
void for_each_ngram(const std::vector<std::string_view>& words, See see) {
  for (size_t first = 0; first < words.size(); ++first) {
    for (size_t n = 1; n <= max_ngram && first + n <= words.size(); ++n) {
      const std::string_view last = words[first + n - 1];
      const char* begin = words[first].data();
      see(n, std::string_view(begin, static_cast<size_t>(last.data() + last.size() - begin)));
    }
  }
}

//! [count]
void count_sentence(NgramCounts& counts, const std::string& hypothesis,
                    const std::string& reference) {
  const auto hypothesis_words = words_in(hypothesis), reference_words = words_in(reference);
  counts.hypothesis_length += std::ssize(hypothesis_words);
  counts.reference_length += std::ssize(reference_words);

  // Every n-gram of the reference can be matched once.
  std::unordered_map<std::string_view, Index> n_left;
  for_each_ngram(reference_words, [&](size_t, std::string_view ngram) { ++n_left[ngram]; });
  for_each_ngram(hypothesis_words, [&](size_t n, std::string_view ngram) {
    ++counts.n_ngrams[n - 1];
    const auto found = n_left.find(ngram);
    if (found == n_left.end() || found->second == 0) return;
    --found->second;
    ++counts.n_matches[n - 1];
  });
}
//! [count]

// ---- the score ----

double brevity_penalty(Index hypothesis_length, Index reference_length) {
  if (hypothesis_length >= reference_length) return 1;
  if (hypothesis_length == 0) return 0;
  return std::exp(1 -
                  static_cast<double>(reference_length) / static_cast<double>(hypothesis_length));
}

/// p_1 to p_4; an order without n-grams, and those above it, have 0.
std::array<double, max_ngram> smoothed_precisions(const NgramCounts& counts) {
  std::array<double, max_ngram> precisions = {};
  double divisor = 1;
  for (size_t n = 0; n < max_ngram && counts.n_ngrams[n] > 0; ++n) {
    auto matches = static_cast<double>(counts.n_matches[n]);
    if (counts.n_matches[n] == 0) matches = 1 / (divisor *= 2);
    precisions[n] = 100 * matches / static_cast<double>(counts.n_ngrams[n]);
  }
  return precisions;
}

}  // namespace

void require_corpus(std::span<const std::string> hypotheses,
                    std::span<const std::string> references) {
  if (hypotheses.size() != references.size()) {
    fail(ExitCode::bad_data, "{} hypotheses but {} references; give one reference for each",
         hypotheses.size(), references.size());
  }
  if (hypotheses.empty()) fail(ExitCode::bad_data, "no sentence to score; give at least one");
  const auto require_utf8 = [](std::string_view text, const char* what, size_t sentence) {
    if (utf8::find_invalid(text.begin(), text.end()) == text.end()) return;
    fail(ExitCode::bad_data, "{} {} is not UTF-8 text; convert it", what, sentence + 1);
  };
  for (size_t i = 0; i < hypotheses.size(); ++i) {
    require_utf8(hypotheses[i], "hypothesis", i);
    require_utf8(references[i], "reference", i);
  }
}

std::string BleuScore::signature() const {
  const char* name = tokenizer == BleuTokenizer::none ? "none" : "13a";
  return fmt::format("nrefs:1|case:mixed|eff:no|tok:{}|smooth:exp", name);
}

//! [score]
BleuScore bleu_of(const NgramCounts& counts, BleuTokenizer tokenizer) {
  BleuScore bleu;
  bleu.counts = counts;
  bleu.tokenizer = tokenizer;
  bleu.brevity_penalty = brevity_penalty(counts.hypothesis_length, counts.reference_length);

  // Smoothing helps a corpus with some match; one without has no precision at all.
  const auto& matches = counts.n_matches;
  if (std::all_of(matches.begin(), matches.end(), [](Index n) { return n == 0; })) return bleu;
  bleu.precisions = smoothed_precisions(counts);

  // The geometric mean; log(0) is minus infinity, and exp makes 0 of it again.
  double sum_of_logs = 0;
  for (const double precision : bleu.precisions) sum_of_logs += std::log(precision / 100);
  bleu.score = 100 * bleu.brevity_penalty * std::exp(sum_of_logs / max_ngram);
  return bleu;
}
//! [score]

BleuScore bleu(std::span<const std::string> hypotheses, std::span<const std::string> references,
               BleuTokenizer tokenizer) {
  require_corpus(hypotheses, references);
  NgramCounts counts;
  for (size_t i = 0; i < hypotheses.size(); ++i) {
    count_sentence(counts, bleu_words(hypotheses[i], tokenizer),
                   bleu_words(references[i], tokenizer));
  }
  return bleu_of(counts, tokenizer);
}

double exact_match(std::span<const std::string> hypotheses,
                   std::span<const std::string> references) {
  require_corpus(hypotheses, references);
  size_t n_equal = 0;
  for (size_t i = 0; i < hypotheses.size(); ++i) n_equal += hypotheses[i] == references[i];
  return 100.0 * static_cast<double>(n_equal) / static_cast<double>(hypotheses.size());
}

}  // namespace transformer
