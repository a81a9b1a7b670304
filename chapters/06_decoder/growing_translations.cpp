#include "chapters/06_decoder/growing_translations.hpp"

#include <algorithm>

#include "src/base/error.hpp"

namespace transformer {

Index length_limit(const ModelConfig& config, Index n_source) {
  return std::min(config.n_positions, n_source + 50);
}

SequenceRows::SequenceRows(Index n_sequences, Index most_rows_per_sequence)
    : most_rows_per_sequence_(most_rows_per_sequence) {
  for (Index s = 0; s <= n_sequences; ++s) offsets_.push_back(s);
}

void SequenceRows::require_one_each(Index n_tokens) const {
  if (n_tokens != segments().n_rows()) {
    fail(ExitCode::internal, "decoding: {} tokens for {} rows; append one to each", n_tokens,
         segments().n_rows());
  }
}

void SequenceRows::require_parents(std::span<const Index> parents) const {
  Index sequence = 0, n_of_sequence = 0;
  for (const Index parent : parents) {
    if (parent < 0 || parent >= segments().n_rows()) {
      fail(ExitCode::internal, "decoding: there is no row {} to go on from, only {}", parent,
           segments().n_rows());
    }
    if (parent < segments().begin(sequence)) {
      fail(ExitCode::internal, "decoding: row {} after a row of sentence {}; keep their order",
           parent, sequence);
    }
    while (segments().end(sequence) <= parent) ++sequence, n_of_sequence = 0;
    if (++n_of_sequence > most_rows_per_sequence_) {
      fail(ExitCode::internal, "decoding: more than {} rows of sentence {}; there is no room",
           most_rows_per_sequence_, sequence);
    }
  }
}

void SequenceRows::continue_from(std::span<const Index> parents) {
  require_parents(parents);
  // A sequence's rows now begin where the first descendant of its old ones is.
  auto row = parents.begin();
  for (size_t s = 0; s + 1 < offsets_.size(); ++s) {
    const Index old_end = offsets_[s + 1];
    offsets_[s] = row - parents.begin();
    while (row != parents.end() && *row < old_end) ++row;
  }
  offsets_.back() = std::ssize(parents);
}

GrowingTranslations::GrowingTranslations(const Transformer& model, Tape& tape,
                                         const PackedSentences& source,
                                         Index most_rows_per_sentence)
    : model_(model),
      tape_(tape),
      source_(source.segments()),
      rows_(source_.count(), most_rows_per_sentence) {
  const Index most_rows = rows_.most_rows();
  places_.reserve(static_cast<size_t>(most_rows));
  next_places_.reserve(static_cast<size_t>(most_rows));
  copies_.reserve(static_cast<size_t>(most_rows));
  is_taken_.resize(static_cast<size_t>(most_rows));
  for (Index s = 0; s < source_.count(); ++s) {
    places_.push_back(s);
    most_positions_ = std::max(most_positions_, length_limit(model.config(), source_.length(s)));
  }

  // The source is encoded once; each layer's keys and values of it are computed once.
  tape.begin(Mode::inference);
  const Variable memory = model.encode(tape, source);
  for (const DecoderLayer& layer : model.decoder().layers()) {
    caches_.push_back({{}, layer.project_memory(memory).value()});
  }
  mark_ = tape.mark();
  // Most translations need no more; who does gets it later. So little memory is touched.
  constexpr Index longer = 8;
  make_room(std::min(most_positions_, source_.longest() + longer));
  tape.keep_weights_packed();
}

void GrowingTranslations::make_room(Index n_positions) {
  tape_.go_back_to(mark_);
  const auto n_places = std::ssize(is_taken_);
  for (LayerCache& cache : caches_) {
    const MatrixView old = cache.self;
    cache.self = tape_.scratch({n_places * n_positions, 2 * model_.config().d_model});
    tape_.threads().parallel_for(position_ == 0 ? 0 : std::ssize(places_), [&](Index r) {
      const Index place = places_[static_cast<size_t>(r)];
      copy_to(old.rows(place * n_positions_, place * n_positions_ + position_),
              cache.self.rows(place * n_positions, place * n_positions + position_));
    });
  }
  n_positions_ = n_positions;
  mark_ = tape_.mark();
}

//! [append]
ConstMatrixView GrowingTranslations::append(std::span<const TokenId> tokens) {
  rows_.require_one_each(std::ssize(tokens));
  require_room();
  if (position_ == n_positions_) make_room(std::min(most_positions_, 2 * n_positions_));
  tape_.go_back_to(mark_);
  const DecodingPlace place{position_, n_positions_, places_, rows(), source_};
  Variable y = model_.embed_at(tape_, tokens, position_);  // (n_rows, d_model)
  const std::vector<DecoderLayer>& layers = model_.decoder().layers();
  for (size_t i = 0; i < layers.size(); ++i) y = layers[i].step(y, place, caches_[i]);
  ++position_;
  return model_.logits(y).value();  // (n_rows, n_vocabulary)
}
//! [append]

void GrowingTranslations::require_room() const {
  if (position_ == most_positions_) {
    fail(ExitCode::internal, "decoding: no room after {} tokens; stop at length_limit", position_);
  }
}

void GrowingTranslations::choose_places(std::span<const Index> parents) {
  constexpr Index none = -1;
  std::fill(is_taken_.begin(), is_taken_.end(), false);
  next_places_.clear();
  copies_.clear();
  const auto place_of = [&](Index row) { return places_[static_cast<size_t>(row)]; };
  for (const Index parent : parents) {
    const Index place = place_of(parent);
    const auto p = static_cast<size_t>(place);
    next_places_.push_back(is_taken_[p] ? none : place);
    is_taken_[p] = true;
  }
  size_t free = 0;
  for (size_t i = 0; i < parents.size(); ++i) {
    if (next_places_[i] != none) continue;
    while (is_taken_[free]) ++free;
    is_taken_[free] = true;
    next_places_[i] = static_cast<Index>(free);
    copies_.emplace_back(place_of(parents[i]), next_places_[i]);
  }
  std::swap(places_, next_places_);
}

void GrowingTranslations::continue_from(std::span<const Index> parents) {
  rows_.continue_from(parents);
  choose_places(parents);
  const Index n_copies = std::ssize(copies_);
  tape_.threads().parallel_for(n_copies * std::ssize(caches_), [&](Index task) {
    const MatrixView& cache = caches_[static_cast<size_t>(task / n_copies)].self;
    const auto [from, to] = copies_[static_cast<size_t>(task % n_copies)];
    copy_to(cache.rows(from * n_positions_, from * n_positions_ + position_),
            cache.rows(to * n_positions_, to * n_positions_ + position_));
  });
}

}  // namespace transformer
