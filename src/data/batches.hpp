// In which order, and in which company, examples are learned from.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "src/base/index.hpp"
#include "src/data/packed_sentences.hpp"

namespace transformer {

/// Where training is in the stream of batches: all that a checkpoint has to keep of it.
struct BatchPosition {
  std::uint32_t epoch = 0;
  Index batch = 0;  ///< The next one of the epoch.

  friend bool operator==(const BatchPosition&, const BatchPosition&) = default;
};

/// Which examples are in a batch, by their numbers in the corpus.
using Batch = std::span<const std::uint32_t>;

/// An endless stream of batches in which every epoch shows every example once. Examples of similar
/// length share a batch (section 5.1), and what an epoch looks like depends on seed and epoch
/// alone, on every platform. After construction nothing allocates.
class Batches {
 public:
  /// An example has a sentence on each side of the corpus: a source and a target, say. A batch has
  /// at most `max_tokens` tokens on each side, a mark for every sentence included, but at least one
  /// example. The sides must outlive this object. `before_epoch`, if it is given, may change their
  /// sentences, but not how many there are.
  Batches(std::vector<const PackedSentences*> sides, Index max_tokens, std::uint64_t seed,
          std::function<void(std::uint32_t epoch)> before_epoch = {});

  /// The batch at `position()`, valid until the next call of `next`; moves on.
  Batch next();
  /// After the last batch of an epoch, the first of the next one.
  BatchPosition position() const;
  /// Goes on from `position`, as training does that is resumed. Throws (bad_data) when the epoch
  /// has no such batch.
  void seek(BatchPosition position);

  /// The batches of the epoch that the last one was from.
  Index n_batches() const { return static_cast<Index>(batch_begins_.size()) - 1; }
  /// Batch `i` of this epoch, valid as long as the epoch.
  Batch batch(Index i) const;
  /// No batch has more tokens on a side, marks included, nor more examples; where `before_epoch`
  /// changes the sentences, only those of this epoch are known.
  Index most_tokens() const;
  Index most_examples() const;

 private:
  // Ordered by length; the rank after the shuffle makes the order total, and chance decides who
  // meets whom.
  struct Place {
    std::uint32_t length;
    std::uint32_t rank;
    std::uint32_t example;
    auto operator<=>(const Place&) const = default;
  };

  Index n_examples() const { return sides_.front()->n_sentences(); }
  Index length(std::uint32_t example) const;
  void start_epoch(std::uint32_t epoch);
  void shuffle_examples(std::uint32_t epoch);
  void cut_into_batches();
  void shuffle_batches(std::uint32_t epoch);

  std::vector<const PackedSentences*> sides_;
  Index max_tokens_;
  std::uint64_t seed_;
  std::function<void(std::uint32_t)> before_epoch_;
  BatchPosition position_;
  std::vector<Place> places_;            // (n_examples), in the order of the epoch
  std::vector<std::uint32_t> examples_;  // (n_examples), the same order
  std::vector<Index> batch_begins_;      // (n_batches + 1): where in examples_ each begins
  std::vector<Index> batch_order_;       // (n_batches)
  std::vector<Index> n_tokens_;          // (n_sides), of the batch that is being cut
  std::vector<std::uint32_t> current_;   // what `next` gave
};

}  // namespace transformer
