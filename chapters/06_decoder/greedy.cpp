#include "chapters/06_decoder/greedy.hpp"

#include <algorithm>
#include <cmath>

namespace transformer {

Index length_limit(const ModelConfig& config, Index n_source) {
  return std::min(config.n_positions, 2 * n_source + 10);
}

GrowingTranslations::GrowingTranslations(const Transformer& model, Tape& tape,
                                         const PackedSentences& source,
                                         Index most_rows_per_sentence)
    : model_(model), tape_(tape), source_(source.segments()) {
  const Index most_rows = source_.count() * most_rows_per_sentence;
  sentence_of_row_.reserve(static_cast<size_t>(most_rows));
  next_sentence_of_row_.reserve(static_cast<size_t>(most_rows));
  for (Index s = 0; s < source_.count(); ++s) {
    sentence_of_row_.push_back(s);
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
  mark_ = tape.arena().used();
}

//! [append]
MatrixView GrowingTranslations::append(std::span<const TokenId> tokens) {
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
  bool unchanged = static_cast<Index>(parents.size()) == n_rows();
  for (size_t i = 0; i < parents.size(); ++i) {
    unchanged = unchanged && parents[i] == static_cast<Index>(i);
  }
  if (unchanged) return;

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

/// The first of the largest.
TokenId most_likely(std::span<const float> probabilities) {
  const auto best = std::max_element(probabilities.begin(), probabilities.end());
  return static_cast<TokenId>(best - probabilities.begin());
}

}  // namespace

//! [greedy]
std::vector<Translation> greedy_decode(const Transformer& model, Tape& tape,
                                       const PackedSentences& source, SentenceMarks marks) {
  const Segments segments = source.segments();
  GrowingTranslations growing(model, tape, source);
  std::vector<Translation> translations(static_cast<size_t>(source.n_sentences()));
  std::vector<TokenId> newest(translations.size(), marks.begin);
  std::vector<Index> unfinished;

  while (growing.n_rows() > 0) {
    const MatrixView probabilities = growing.append(newest);
    softmax_forward(probabilities, 1.0f, Mask::none, probabilities, tape.threads());
    unfinished.clear();
    newest.clear();
    for (Index r = 0; r < growing.n_rows(); ++r) {
      const TokenId token =
          most_likely({probabilities.row(r), static_cast<size_t>(probabilities.n_columns)});
      const Index s = growing.sentence_of(r);
      Translation& translation = translations[static_cast<size_t>(s)];
      translation.log_probability += std::log(static_cast<double>(probabilities(r, token)));
      translation.complete = token == marks.end;
      if (translation.complete) continue;
      translation.tokens.push_back(token);
      const Index length = static_cast<Index>(translation.tokens.size());
      if (length == length_limit(model.config(), segments.length(s))) continue;
      unfinished.push_back(r);
      newest.push_back(token);
    }
    growing.continue_from(unfinished);  // finished sentences leave the batch
  }
  return translations;
}
//! [greedy]

}  // namespace transformer
