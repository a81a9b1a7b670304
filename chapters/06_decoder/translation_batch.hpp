// Pairs of sentences as the model learns them.
#pragma once

#include <functional>

#include "src/data/batches.hpp"
#include "src/data/packed_sentences.hpp"
#include "src/data/parallel_corpus.hpp"

namespace transformer {

/// One batch for teacher forcing (section 3.1: the outputs are shifted right by one position).
struct TranslationBatch {
  PackedSentences source;              // x_1 .. x_n </s>
  PackedSentences target_input;        // <s> y_1 .. y_m
  std::vector<TokenId> target_output;  // y_1 .. y_m </s>, in rows like target_input

  Index n_target_tokens() const { return static_cast<Index>(target_output.size()); }
};

/// Appends x_1 .. x_n </s> as one sentence.
void append_source(std::span<const TokenId> tokens, PackedSentences& source);
/// Appends a pair as a training batch needs it: x </s>, <s> y, and y </s> to be predicted.
void append_pair(std::span<const TokenId> source, std::span<const TokenId> target,
                 TranslationBatch& batch);

/// The stream of batches of a corpus, which must outlive it; `before_epoch` may change its
/// sentences.
Batches batches_of(const ParallelCorpus& corpus, Index max_tokens, std::uint64_t seed,
                   std::function<void(std::uint32_t epoch)> before_epoch = {});
/// Fills a batch, whose memory is reused, with the pairs of a corpus that `pairs` names.
void fill(TranslationBatch& batch, const ParallelCorpus& corpus, Batch pairs);
/// Its sentences once more, below themselves: for two passes of one batch. What is to be predicted
/// stays as it is.
void repeat(TranslationBatch& batch);
/// Gives it memory for the largest of the batches, `n_passes` times.
void reserve(TranslationBatch& batch, const Batches& batches, Index n_passes = 1);

}  // namespace transformer
