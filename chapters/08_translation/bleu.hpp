// BLEU (Papineni et al. 2002, "BLEU: a Method for Automatic Evaluation of Machine Translation"), to
// the last digit as sacreBLEU computes it (Post 2018, "A Call for Clarity in Reporting BLEU
// Scores"), and the share of translations that are right in every letter.
//
//   BLEU = BP * exp(1/4 * sum over n = 1..4 of log p_n)
//   p_n  = 100 * clipped matches of n-grams / n-grams of the hypotheses, over the whole corpus
//   BP   = min(1, exp(1 - reference length / hypothesis length))
//
// Clipped: an n-gram matches at most as often as its sentence's reference has it. Smoothing (`exp`,
// NIST's): the k-th order without a match counts as 1/2^k of a match.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "src/base/index.hpp"

namespace transformer {

/// What a word is.
enum class BleuTokenizer {
  none,         ///< What white space separates: for text that is split into words already.
  mteval_v13a,  ///< NIST's mteval-v13a.pl, as WMT scores: splits punctuation off, numbers not.
};

inline constexpr int max_ngram = 4;

/// What BLEU is computed from, summed over all sentences; element n-1 is for n-grams.
struct NgramCounts {
  std::array<Index, max_ngram> n_matches = {};  ///< Clipped.
  std::array<Index, max_ngram> n_ngrams = {};   ///< Of the hypotheses.
  Index hypothesis_length = 0;                  ///< In words.
  Index reference_length = 0;                   ///< In words.
};

struct BleuScore {
  double score = 0;                               ///< 0 to 100.
  std::array<double, max_ngram> precisions = {};  ///< p_1 to p_4, 0 to 100, smoothed.
  double brevity_penalty = 0;                     ///< BP, 0 to 1.
  NgramCounts counts;
  BleuTokenizer tokenizer = BleuTokenizer::mteval_v13a;

  /// How the score was made, in sacreBLEU's words: `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp`.
  std::string signature() const;
};

/// Throws Error (bad_data) where there are not as many hypotheses as references, where there are
/// none, and where one is not UTF-8.
void require_corpus(std::span<const std::string> hypotheses,
                    std::span<const std::string> references);

/// BLEU of a corpus: hypothesis i against reference i. Throws as `require_corpus` does.
BleuScore bleu(std::span<const std::string> hypotheses, std::span<const std::string> references,
               BleuTokenizer tokenizer);

/// BLEU of a corpus that was counted already.
BleuScore bleu_of(const NgramCounts& counts, BleuTokenizer tokenizer);

/// The words of a sentence in UTF-8, with one space between them.
std::string bleu_words(std::string_view sentence, BleuTokenizer tokenizer);

/// The percentage of hypotheses that equal their reference, byte by byte. Throws as `bleu` does.
double exact_match(std::span<const std::string> hypotheses,
                   std::span<const std::string> references);

}  // namespace transformer
