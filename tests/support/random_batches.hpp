// Sentences of random tokens, and what a model trains on when it learns to copy them.
#pragma once

#include <algorithm>
#include <span>

#include "chapters/06_decoder/translation_batch.hpp"
#include "src/base/philox.hpp"

namespace transformer::test {

/// Ids below this mark: 0 is unused, 1 begins and 2 ends a sentence.
inline constexpr TokenId n_marks = 3;
inline constexpr TokenId begin_mark = 1;
inline constexpr TokenId end_mark = 2;

struct SentenceSizes {
  std::uint32_t n_sentences = 4;
  std::uint32_t shortest = 1;
  std::uint32_t longest = 6;
  std::uint32_t n_words = 10;  ///< Tokens are n_marks .. n_marks + n_words - 1.
};

/// The same sentences for the same seed, each closed by the end mark.
inline PackedSentences random_sentences(std::uint64_t seed, const SentenceSizes& sizes) {
  PackedSentences sentences;
  for (std::uint32_t s = 0; s < sizes.n_sentences; ++s) {
    const RandomKey key{seed, s, 0};
    const std::uint32_t length = sizes.shortest + key.below(0, sizes.longest - sizes.shortest + 1);
    for (std::uint32_t i = 1; i <= length; ++i) {
      sentences.push(n_marks + static_cast<TokenId>(key.below(i, sizes.n_words)));
    }
    sentences.push(end_mark);
    sentences.end_sentence();
  }
  return sentences;
}

/// Source sentences with targets, for teacher forcing. Both end with the end mark and are as many.
inline TranslationBatch batch_of(const PackedSentences& source, const PackedSentences& target) {
  TranslationBatch batch;
  batch.source = source;
  for (Index s = 0; s < target.n_sentences(); ++s) {
    const std::span<const TokenId> sentence = target.sentence(s);
    batch.target_input.push(begin_mark);
    for (const TokenId token : sentence.first(sentence.size() - 1)) batch.target_input.push(token);
    batch.target_input.end_sentence();
    batch.target_output.insert(batch.target_output.end(), sentence.begin(), sentence.end());
  }
  return batch;
}

/// Random sentences whose translations are other random sentences.
inline TranslationBatch random_batch(std::uint64_t seed, const SentenceSizes& sizes) {
  return batch_of(random_sentences(2 * seed, sizes), random_sentences(2 * seed + 1, sizes));
}

/// A random batch whose first pair is shorter than the second one: a recurrent network reads them
/// in another order.
inline TranslationBatch unsorted_batch(std::uint64_t seed) {
  for (;; ++seed) {
    TranslationBatch batch = random_batch(seed, {.n_sentences = 4, .longest = 5});
    const auto rises = [](const PackedSentences& sentences) {
      return sentences.segments().length(0) < sentences.segments().length(1);
    };
    if (rises(batch.source) && rises(batch.target_input)) return batch;
  }
}

/// Random sentences whose translations are themselves.
inline TranslationBatch copy_batch(std::uint64_t seed, const SentenceSizes& sizes) {
  const PackedSentences sentences = random_sentences(seed, sizes);
  return batch_of(sentences, sentences);
}

}  // namespace transformer::test
