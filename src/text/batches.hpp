// In which order, and in which company, sentence pairs are learned from.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "src/base/index.hpp"
#include "src/text/packed_batch.hpp"
#include "src/text/parallel_corpus.hpp"

namespace transformer {

/// Appends x_1 .. x_n </s> as one sentence.
void append_source(std::span<const TokenId> tokens, PackedSentences& source);
/// Appends a pair as a training batch needs it: x </s>, <s> y, and y </s> to be predicted.
void append_pair(std::span<const TokenId> source, std::span<const TokenId> target,
                 TranslationBatch& batch);

/// Where training is in the stream of batches: all that a checkpoint has to keep of it.
struct BatchPosition {
  std::uint32_t epoch = 0;
  Index batch = 0;  ///< The next one of the epoch.

  friend bool operator==(const BatchPosition&, const BatchPosition&) = default;
};

/// An endless stream of batches in which every epoch shows every pair once. Pairs of similar length
/// share a batch (section 5.1), and what an epoch looks like depends on seed and epoch alone, on
/// every platform. After construction nothing allocates, given batches that `reserve` prepared.
class Batches {
 public:
  /// A batch has at most `max_tokens` source tokens and as many target tokens, end marks included,
  /// but at least one pair. The corpus must outlive this object.
  Batches(const ParallelCorpus& corpus, Index max_tokens, std::uint64_t seed);

  /// Puts the batch at `position()` into `batch` and moves on, to the next epoch where this one
  /// ends.
  void next(TranslationBatch& batch);
  BatchPosition position() const { return position_; }
  /// Goes on from `position`, as training does that is resumed. Throws (bad_data) when the epoch
  /// has no such batch.
  void seek(BatchPosition position);

  /// The batches of the epoch that `position()` is in.
  Index n_batches() const { return static_cast<Index>(batch_begins_.size()) - 1; }
  /// Puts batch `i` of this epoch into `batch`, whose memory is reused.
  void fill(Index i, TranslationBatch& batch) const;
  /// Gives `batch` memory for the largest batch that there can be.
  void reserve(TranslationBatch& batch) const;

 private:
  // Ordered by length; the rank after the shuffle makes the order total, and chance decides who
  // meets whom.
  struct Place {
    std::uint32_t length;
    std::uint32_t rank;
    std::uint32_t pair;
    auto operator<=>(const Place&) const = default;
  };

  Index source_length(std::uint32_t pair) const { return corpus_.source.segments().length(pair); }
  Index target_length(std::uint32_t pair) const { return corpus_.target.segments().length(pair); }
  void start_epoch(std::uint32_t epoch);
  void shuffle_pairs(std::uint32_t epoch);
  void cut_into_batches();
  void shuffle_batches(std::uint32_t epoch);

  const ParallelCorpus& corpus_;
  Index max_tokens_;
  std::uint64_t seed_;
  BatchPosition position_;
  std::vector<Place> places_;        // (n_pairs), in the order of the epoch
  std::vector<Index> batch_begins_;  // (n_batches + 1): where in places_ each begins
  std::vector<Index> batch_order_;   // (n_batches)
};

}  // namespace transformer
