#include "chapters/06_decoder/growing_translations.hpp"

#include <algorithm>

#include "src/base/error.hpp"

namespace transformer {

Index length_limit(const ModelConfig& config, Index n_source) {
  return std::min(config.n_positions, n_source + 50);
}

GrowingTranslations::GrowingTranslations(const Transformer& model, Tape& tape,
                                         const PackedSentences& source,
                                         Index most_rows_per_sentence)
    : model_(model),
      tape_(tape),
      source_(source.segments()),
      most_rows_per_sentence_(most_rows_per_sentence) {
  const Index most_rows = source_.count() * most_rows_per_sentence;
  for (Index s = 0; s <= source_.count(); ++s) row_offsets_.push_back(s);
  for (Index s = 0; s < source_.count(); ++s) {
    n_positions_ = std::max(n_positions_, length_limit(model.config(), source_.length(s)));
  }

  // The source is encoded once; each layer's keys and values of it are computed once.
  tape.begin(Mode::inference);
  const Variable memory = model.encode(tape, source);
  const Index d_model = model.config().d_model;
  const Index n_cached = most_rows * n_positions_;
  for (const DecoderLayer& layer : model.decoder().layers()) {
    const auto allocate = [&] {
      return MatrixView(tape.arena().allocate<float>(n_cached * 2 * d_model).data(), n_cached,
                        2 * d_model);
    };
    caches_.push_back({allocate(), layer.project_memory(memory).value()});
    spare_.push_back(allocate());
  }
  tape.keep_weights_packed();
  mark_ = tape.mark();
}

//! [append]
ConstMatrixView GrowingTranslations::append(std::span<const TokenId> tokens) {
  require_room(std::ssize(tokens));
  tape_.go_back_to(mark_);
  const DecodingPlace place{position_, n_positions_, rows(), source_};
  Variable y = model_.embed_at(tape_, tokens, position_);  // (n_rows, d_model)
  const std::vector<DecoderLayer>& layers = model_.decoder().layers();
  for (size_t i = 0; i < layers.size(); ++i) y = layers[i].step(y, place, caches_[i]);
  ++position_;
  return model_.logits(y).value();  // (n_rows, n_vocabulary)
}
//! [append]

void GrowingTranslations::require_room(Index n_tokens) const {
  if (n_tokens != n_rows()) {
    fail(ExitCode::internal, "decoding: {} tokens for {} rows; append one to each", n_tokens,
         n_rows());
  }
  if (position_ == n_positions_) {
    fail(ExitCode::internal, "decoding: no room after {} tokens; stop at length_limit", position_);
  }
}

void GrowingTranslations::require_parents(std::span<const Index> parents) const {
  Index sentence = 0, n_of_sentence = 0;
  for (const Index parent : parents) {
    if (parent < 0 || parent >= n_rows()) {
      fail(ExitCode::internal, "decoding: there is no row {} to go on from, only {}", parent,
           n_rows());
    }
    if (parent < rows().begin(sentence)) {
      fail(ExitCode::internal, "decoding: row {} after a row of sentence {}; keep their order",
           parent, sentence);
    }
    while (rows().end(sentence) <= parent) ++sentence, n_of_sentence = 0;
    if (++n_of_sentence > most_rows_per_sentence_) {
      fail(ExitCode::internal, "decoding: more than {} rows of sentence {}; there is no room",
           most_rows_per_sentence_, sentence);
    }
  }
}

void GrowingTranslations::continue_from(std::span<const Index> parents) {
  bool unchanged = static_cast<Index>(parents.size()) == n_rows();
  for (size_t i = 0; i < parents.size(); ++i) {
    unchanged = unchanged && parents[i] == static_cast<Index>(i);
  }
  if (unchanged) return;
  require_parents(parents);

  const auto n_now = static_cast<Index>(parents.size());
  tape_.threads().parallel_for(n_now * std::ssize(caches_), [&](Index task) {
    const auto layer = static_cast<size_t>(task / n_now);
    const Index to = task % n_now, from = parents[static_cast<size_t>(to)];
    copy_to(caches_[layer].self.rows(from * n_positions_, from * n_positions_ + position_),
            spare_[layer].rows(to * n_positions_, to * n_positions_ + position_));
  });
  for (size_t layer = 0; layer < caches_.size(); ++layer) {
    std::swap(caches_[layer].self, spare_[layer]);
  }

  // A sentence's rows now begin where the first descendant of its old ones is.
  auto row = parents.begin();
  for (Index s = 0; s < source_.count(); ++s) {
    const Index old_end = rows().end(s);
    row_offsets_[static_cast<size_t>(s)] = row - parents.begin();
    while (row != parents.end() && *row < old_end) ++row;
  }
  row_offsets_.back() = n_now;
}

}  // namespace transformer
