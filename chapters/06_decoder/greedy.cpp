#include "chapters/06_decoder/greedy.hpp"

#include <algorithm>
#include <cmath>

namespace transformer {

Index length_limit(const ModelConfig& config, Index n_source) {
  return std::min(config.n_positions, 2 * n_source + 10);
}

GrowingTranslations::GrowingTranslations(const Transformer& model, Tape& tape,
                                         const PackedSentences& source, Index n_rows_per_sentence,
                                         Index n_positions)
    : model_(model), tape_(tape), source_(source.segments()), n_positions_(n_positions) {
  for (Index s = 0; s < source_.count(); ++s) {
    sentence_of_row_.insert(sentence_of_row_.end(), static_cast<size_t>(n_rows_per_sentence), s);
  }
  next_sentence_of_row_.reserve(sentence_of_row_.size());

  // The source is encoded once; each layer's keys and values of it are computed once.
  tape.begin(Mode::inference);
  const Variable memory = model.encode(tape, source);
  const Index d_model = model.config().d_model;
  const Index n_cached = n_rows() * n_positions;
  for (const DecoderLayer& layer : model.decoder().layers()) {
    const auto allocate = [&] {
      return MatrixView(tape.arena().allocate<float>(n_cached * 2 * d_model).data(), n_cached,
                        2 * d_model);
    };
    caches_.push_back({allocate(), layer.project_memory(memory).value()});
    spare_.push_back(allocate());
  }
  mark_ = tape.arena().used();
}

//! [append]
ConstMatrixView GrowingTranslations::append(std::span<const TokenId> tokens) {
  tape_.arena().rewind(mark_);
  const DecodingPlace place{position_, n_positions_, sentence_of_row_, source_};
  Variable y = model_.embed_at(tape_, tokens, position_);  // (n_rows, d_model)
  const std::vector<DecoderLayer>& layers = model_.decoder().layers();
  for (size_t i = 0; i < layers.size(); ++i) y = layers[i].step(y, place, caches_[i]);
  ++position_;
  return model_.logits(y).value();  // (n_rows, n_vocabulary)
}
//! [append]

void GrowingTranslations::continue_from(std::span<const Index> parents) {
  next_sentence_of_row_.clear();
  for (const Index parent : parents) next_sentence_of_row_.push_back(sentence_of(parent));
  for (size_t layer = 0; layer < caches_.size(); ++layer) {
    MatrixView& now = caches_[layer].self;
    MatrixView& next = spare_[layer];
    for (size_t i = 0; i < parents.size(); ++i) {
      const Index from = parents[i] * n_positions_, to = static_cast<Index>(i) * n_positions_;
      copy_to(now.rows(from, from + position_), next.rows(to, to + position_));
    }
    std::swap(now, next);
  }
  std::swap(sentence_of_row_, next_sentence_of_row_);
}

namespace {

/// log softmax(logits)[token], and the token itself: the first of the largest.
std::pair<TokenId, double> most_likely(std::span<const float> logits) {
  const auto best = std::max_element(logits.begin(), logits.end());
  double sum = 0.0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit - *best));
  return {static_cast<TokenId>(best - logits.begin()), -std::log(sum)};
}

}  // namespace

//! [greedy]
std::vector<Translation> greedy_decode(const Transformer& model, Tape& tape,
                                       const PackedSentences& source, SentenceMarks marks) {
  const Segments segments = source.segments();
  Index longest_limit = 0;
  for (Index s = 0; s < segments.count(); ++s) {
    longest_limit = std::max(longest_limit, length_limit(model.config(), segments.length(s)));
  }
  GrowingTranslations growing(model, tape, source, 1, longest_limit);
  std::vector<Translation> translations(static_cast<size_t>(source.n_sentences()));
  std::vector<TokenId> newest(translations.size(), marks.begin);
  std::vector<Index> unfinished;

  while (growing.n_rows() > 0) {
    const ConstMatrixView logits = growing.append(newest);
    unfinished.clear();
    newest.clear();
    for (Index r = 0; r < growing.n_rows(); ++r) {
      const auto [token, log_probability] =
          most_likely({logits.row(r), static_cast<size_t>(logits.n_columns)});
      const Index s = growing.sentence_of(r);
      Translation& translation = translations[static_cast<size_t>(s)];
      translation.log_probability += log_probability;
      translation.complete = token == marks.end;
      if (translation.complete) continue;
      translation.tokens.push_back(token);
      const Index length = static_cast<Index>(translation.tokens.size());
      if (length == length_limit(model.config(), segments.length(s))) continue;
      unfinished.push_back(r);
      newest.push_back(token);
    }
    // Finished sentences leave the batch.
    if (static_cast<Index>(unfinished.size()) < growing.n_rows()) {
      growing.continue_from(unfinished);
    }
  }
  return translations;
}
//! [greedy]

}  // namespace transformer
