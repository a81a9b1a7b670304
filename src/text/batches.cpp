#include "src/text/batches.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "src/base/error.hpp"
#include "src/base/philox.hpp"
#include "src/text/vocabulary.hpp"

namespace transformer {
namespace {

// The places in the program where an epoch draws its random numbers.
constexpr std::uint32_t site_of_pairs = 0x70616972;    // "pair"
constexpr std::uint32_t site_of_batches = 0x62617463;  // "batc"

// How many pairs are sorted by length together: enough to find company, few enough to vary it.
constexpr Index n_pairs_per_pool = 8192;

// Fisher and Yates, with random numbers that no library decides on.
template <class T>
void shuffle(std::vector<T>& items, RandomKey key) {
  for (size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[key.below(i, static_cast<std::uint32_t>(i))]);
  }
}

void append(std::span<const TokenId> tokens, std::vector<TokenId>& ids) {
  ids.insert(ids.end(), tokens.begin(), tokens.end());
}

}  // namespace

void append_source(std::span<const TokenId> tokens, PackedSentences& source) {
  append(tokens, source.tokens);
  source.push(Vocabulary::sentence_end);
  source.end_sentence();
}

void append_pair(std::span<const TokenId> source, std::span<const TokenId> target,
                 TranslationBatch& batch) {
  append_source(source, batch.source);
  batch.target_input.push(Vocabulary::sentence_begin);
  append(target, batch.target_input.tokens);
  batch.target_input.end_sentence();
  append(target, batch.target_output);
  batch.target_output.push_back(Vocabulary::sentence_end);
}

Batches::Batches(const ParallelCorpus& corpus, Index max_tokens, std::uint64_t seed)
    : corpus_(corpus), max_tokens_(max_tokens), seed_(seed) {
  if (corpus.n_pairs() == 0) fail(ExitCode::bad_data, "the corpus has no sentence pairs");
  if (corpus.n_pairs() > std::numeric_limits<std::uint32_t>::max()) {
    fail(ExitCode::bad_data, "the corpus has {} sentence pairs; at most 2^32 - 1 can be shuffled",
         corpus.n_pairs());
  }
  const auto n_pairs = static_cast<size_t>(corpus.n_pairs());
  places_.resize(n_pairs);
  batch_begins_.reserve(n_pairs + 1);
  batch_order_.reserve(n_pairs);
  start_epoch(0);
}

void Batches::start_epoch(std::uint32_t epoch) {
  shuffle_pairs(epoch);
  cut_into_batches();
  shuffle_batches(epoch);
  position_ = {epoch, 0};
}

void Batches::shuffle_pairs(std::uint32_t epoch) {
  // Begin from the same order each time: an epoch must not depend on those before it.
  for (std::uint32_t i = 0; i < places_.size(); ++i) places_[i].pair = i;
  shuffle(places_, {seed_, epoch, site_of_pairs});

  for (std::uint32_t rank = 0; rank < places_.size(); ++rank) {
    Place& place = places_[rank];
    const Index length = source_length(place.pair) + target_length(place.pair);
    place = {static_cast<std::uint32_t>(length), rank, place.pair};
  }
  // Not stable_sort, which allocates: no two places are equal.
  for (auto begin = places_.begin(); begin != places_.end();) {
    const auto end = begin + std::min(n_pairs_per_pool, Index{places_.end() - begin});
    std::sort(begin, end);
    begin = end;
  }
}

void Batches::cut_into_batches() {
  batch_begins_.assign(1, 0);
  Index n_source = 0, n_target = 0;
  for (size_t i = 0; i < places_.size(); ++i) {
    const Index n_more_source = source_length(places_[i].pair) + 1;
    const Index n_more_target = target_length(places_[i].pair) + 1;
    if (std::max(n_source + n_more_source, n_target + n_more_target) > max_tokens_ && i > 0) {
      batch_begins_.push_back(static_cast<Index>(i));
      n_source = n_target = 0;
    }
    n_source += n_more_source;
    n_target += n_more_target;
  }
  batch_begins_.push_back(static_cast<Index>(places_.size()));
}

void Batches::shuffle_batches(std::uint32_t epoch) {
  batch_order_.resize(batch_begins_.size() - 1);
  std::iota(batch_order_.begin(), batch_order_.end(), Index{0});
  shuffle(batch_order_, {seed_, epoch, site_of_batches});
}

void Batches::next(TranslationBatch& batch) {
  fill(position_.batch, batch);
  if (++position_.batch == n_batches()) start_epoch(position_.epoch + 1);
}

void Batches::seek(BatchPosition position) {
  start_epoch(position.epoch);
  if (position.batch < 0 || position.batch >= n_batches()) {
    fail(ExitCode::bad_data, "epoch {} has {} batches and no batch {}; {}", position.epoch,
         n_batches(), position.batch, "the training data or the batch size changed");
  }
  position_ = position;
}

void Batches::fill(Index i, TranslationBatch& batch) const {
  batch.source.clear();
  batch.target_input.clear();
  batch.target_output.clear();
  const auto which = static_cast<size_t>(batch_order_[static_cast<size_t>(i)]);
  for (Index p = batch_begins_[which]; p < batch_begins_[which + 1]; ++p) {
    const std::uint32_t pair = places_[static_cast<size_t>(p)].pair;
    append_pair(corpus_.source.sentence(pair), corpus_.target.sentence(pair), batch);
  }
}

void Batches::reserve(TranslationBatch& batch) const {
  // A pair that is longer than the budget has a batch of its own; no batch is longer than the
  // corpus, whatever the budget is; the shortest pair has its end marks.
  const Index n_corpus = std::max(corpus_.source.n_tokens(), corpus_.target.n_tokens());
  Index n_tokens = std::min(max_tokens_, n_corpus + corpus_.n_pairs());
  for (const Place& place : places_) {
    n_tokens = std::max({n_tokens, source_length(place.pair) + 1, target_length(place.pair) + 1});
  }
  const Index n_sentences = std::min(n_tokens, corpus_.n_pairs());
  for (PackedSentences* side : {&batch.source, &batch.target_input}) {
    side->tokens.reserve(static_cast<size_t>(n_tokens));
    side->offsets.reserve(static_cast<size_t>(n_sentences) + 1);
  }
  batch.target_output.reserve(static_cast<size_t>(n_tokens));
}

}  // namespace transformer
