#include "src/data/batches.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "src/base/error.hpp"
#include "src/base/philox.hpp"

namespace transformer {
namespace {

// The places in the program where an epoch draws its random numbers.
constexpr std::uint32_t site_of_examples = 0x70616972;  // "pair"
constexpr std::uint32_t site_of_batches = 0x62617463;   // "batc"

// How many examples are sorted by length together: enough to find company, few enough to vary it.
constexpr Index n_examples_per_pool = 8192;

// Fisher and Yates, with random numbers that no library decides on.
template <class T>
void shuffle(std::vector<T>& items, RandomKey key) {
  for (size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[key.below(i, static_cast<std::uint32_t>(i))]);
  }
}

/// A sentence of a side, with its mark.
Index marked_length(const PackedSentences& side, std::uint32_t example) {
  return side.segments().length(example) + 1;
}

}  // namespace

Batches::Batches(std::vector<const PackedSentences*> sides, Index max_tokens, std::uint64_t seed,
                 std::function<void(std::uint32_t)> before_epoch)
    : sides_(std::move(sides)),
      max_tokens_(max_tokens),
      seed_(seed),
      before_epoch_(std::move(before_epoch)),
      n_tokens_(sides_.size()) {
  if (n_examples() == 0) fail(ExitCode::bad_data, "the corpus has no sentences to learn from");
  if (n_examples() > std::numeric_limits<std::uint32_t>::max()) {
    fail(ExitCode::bad_data, "the corpus has {} examples; at most 2^32 - 1 can be shuffled",
         n_examples());
  }
  const auto n = static_cast<size_t>(n_examples());
  places_.resize(n);
  examples_.resize(n);
  batch_begins_.reserve(n + 1);
  batch_order_.reserve(n);
  current_.reserve(static_cast<size_t>(most_examples()));
  start_epoch(0);
}

Index Batches::length(std::uint32_t example) const {
  Index length = 0;
  for (const PackedSentences* side : sides_) length += side->segments().length(example);
  return length;
}

void Batches::start_epoch(std::uint32_t epoch) {
  if (before_epoch_) before_epoch_(epoch);
  shuffle_examples(epoch);
  cut_into_batches();
  shuffle_batches(epoch);
  position_ = {epoch, 0};
}

void Batches::shuffle_examples(std::uint32_t epoch) {
  // Begin from the same order each time: an epoch must not depend on those before it.
  std::iota(examples_.begin(), examples_.end(), std::uint32_t{0});
  shuffle(examples_, {seed_, epoch, site_of_examples});

  for (std::uint32_t rank = 0; rank < places_.size(); ++rank) {
    const std::uint32_t example = examples_[rank];
    places_[rank] = {static_cast<std::uint32_t>(length(example)), rank, example};
  }
  // Not stable_sort, which allocates: no two places are equal.
  for (auto begin = places_.begin(); begin != places_.end();) {
    const auto end = begin + std::min(n_examples_per_pool, Index{places_.end() - begin});
    std::sort(begin, end);
    begin = end;
  }
  std::transform(places_.begin(), places_.end(), examples_.begin(),
                 [](const Place& place) { return place.example; });
}

void Batches::cut_into_batches() {
  batch_begins_.assign(1, 0);
  std::fill(n_tokens_.begin(), n_tokens_.end(), 0);
  for (size_t i = 0; i < examples_.size(); ++i) {
    bool has_room = true;
    for (size_t side = 0; side < sides_.size(); ++side) {
      n_tokens_[side] += marked_length(*sides_[side], examples_[i]);
      has_room = has_room && n_tokens_[side] <= max_tokens_;
    }
    if (has_room || i == 0) continue;
    batch_begins_.push_back(static_cast<Index>(i));
    for (size_t side = 0; side < sides_.size(); ++side) {
      n_tokens_[side] = marked_length(*sides_[side], examples_[i]);
    }
  }
  batch_begins_.push_back(static_cast<Index>(examples_.size()));
}

void Batches::shuffle_batches(std::uint32_t epoch) {
  batch_order_.resize(batch_begins_.size() - 1);
  std::iota(batch_order_.begin(), batch_order_.end(), Index{0});
  shuffle(batch_order_, {seed_, epoch, site_of_batches});
}

Batch Batches::next() {
  // Not before it is needed: the sentences of the last batch must stay what they were.
  if (position_.batch == n_batches()) start_epoch(position_.epoch + 1);
  const Batch next = batch(position_.batch++);
  current_.assign(next.begin(), next.end());
  return current_;
}

BatchPosition Batches::position() const {
  return position_.batch < n_batches() ? position_ : BatchPosition{position_.epoch + 1, 0};
}

void Batches::seek(BatchPosition position) {
  start_epoch(position.epoch);
  if (position.batch < 0 || position.batch >= n_batches()) {
    fail(ExitCode::bad_data, "epoch {} has {} batches and no batch {}; {}", position.epoch,
         n_batches(), position.batch, "the training data or the batch size changed");
  }
  position_ = position;
}

Batch Batches::batch(Index i) const {
  const auto which = static_cast<size_t>(batch_order_[static_cast<size_t>(i)]);
  const auto begin = static_cast<size_t>(batch_begins_[which]);
  return Batch(examples_).subspan(begin, static_cast<size_t>(batch_begins_[which + 1]) - begin);
}

Index Batches::most_tokens() const {
  // A sentence that is longer than the budget has a batch of its own; no batch is longer than the
  // corpus, whatever the budget is.
  Index most = 0;
  for (const PackedSentences* side : sides_) {
    most = std::max(most, side->n_tokens() + side->n_sentences());
  }
  most = std::min(most, max_tokens_);
  for (const PackedSentences* side : sides_) {
    for (std::uint32_t i = 0; i < examples_.size(); ++i) {
      most = std::max(most, marked_length(*side, i));
    }
  }
  return most;
}

Index Batches::most_examples() const {
  // The shortest sentence has its mark.
  return std::min(most_tokens(), n_examples());
}

}  // namespace transformer
