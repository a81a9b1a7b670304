#include "chapters/08_translation/attention_views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "chapters/06_decoder/translation_batch.hpp"
#include "src/draw/figures.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

std::vector<std::string> words_of(const TrainedModel& trained, std::span<const TokenId> ids) {
  std::vector<std::string> words;
  for (const TokenId id : ids) words.emplace_back(trained.vocabulary.token(id));
  return words;
}

/// The sentence and its translation, as the model would be trained on them.
TranslationBatch translate_one(const TrainedModel& trained, Tape& tape, const std::string& source,
                               const BeamConfig& beam) {
  const auto most_tokens = static_cast<size_t>(trained.model.config().most_tokens());
  std::vector<TokenId> tokens = encode_line(trained, source);
  tokens.resize(std::min(tokens.size(), most_tokens));
  PackedSentences sentence;
  append_source(tokens, sentence);
  std::vector<TokenId> translation = beam_search(trained.model, tape, sentence, beam)[0].tokens;
  translation.resize(std::min(translation.size(), most_tokens));
  TranslationBatch batch;
  append_pair(tokens, translation, batch);
  return batch;
}

/// `encoder.layer_0.self_attention` as `encoder, layer 0: self-attention`.
std::string title_of(std::string_view path) {
  const size_t layer = path.find(".layer_"), kind = path.rfind('.');
  const size_t number = layer + std::string_view(".layer_").size();
  const std::string index(path.substr(number, kind - number));
  const bool is_cross = path.ends_with("cross_attention");
  return fmt::format("{}, layer {}: {}", path.substr(0, layer), index,
                     is_cross ? "cross-attention" : "self-attention");
}

/// What a tape says on the way, kept: attentions, and the rows around them.
class Listener {
 public:
  Listener(const TrainedModel& trained, const TranslationBatch& batch)
      : n_heads_(trained.model.config().n_heads),
        source_(words_of(trained, batch.source.tokens)),
        input_(words_of(trained, batch.target_input.tokens)),
        output_(words_of(trained, batch.target_output)) {}

  void hear(std::string_view path, std::string_view name, Variable variable) {
    if (name == "q") begin_attention(path);
    TracedAttention& current = attentions_.back();
    if (name == "x") current.norms.emplace_back();
    const auto keep = [&](std::string_view wanted, Matrix& matrix) {
      if (name == wanted) matrix = matrix_of<float>(variable.value());
    };
    keep("q", current.q);
    keep("k", current.k);
    keep("v", current.v);
    if (current.norms.empty()) return;
    keep("x", current.norms.back().x);
    keep("sublayer", current.norms.back().sublayer);
    keep("y", current.norms.back().y);
  }

  std::vector<TracedAttention> take() { return std::move(attentions_); }

 private:
  void begin_attention(std::string_view path) {
    const bool decoder = path.starts_with("decoder"), cross = path.ends_with("cross_attention");
    // In cross-attention a row is named after the word that the model writes there.
    attentions_.push_back({.title = title_of(path),
                           .n_heads = n_heads_,
                           .causal = decoder && !cross,
                           .cross = cross,
                           .queries = cross     ? output_
                                      : decoder ? input_
                                                : source_,
                           .keys = decoder && !cross ? input_ : source_});
  }

  Index n_heads_;
  std::vector<std::string> source_, input_, output_;
  std::vector<TracedAttention> attentions_;
};

}  // namespace

std::vector<TracedCandidate> most_probable(const TrainedModel& trained,
                                           std::span<const float> logits, size_t n) {
  float normaliser = 0;
  log_sum_exp({logits.data(), 1, std::ssize(logits)}, {&normaliser, 1});
  std::vector<Likely> room(std::min(n, logits.size()));
  std::vector<TracedCandidate> best;
  for (const auto& [token, logit] : most_likely(logits, room)) {
    best.push_back({std::string(trained.vocabulary.token(token)), std::exp(logit - normaliser)});
  }
  return best;
}

//! [trace]
Trace trace_translation(const TrainedModel& trained, Tape& tape, const std::string& source,
                        const BeamConfig& beam) {
  const TranslationBatch batch = translate_one(trained, tape, source, beam);
  // Run the whole translation once more, and listen.
  Listener listener(trained, batch);
  const Tape::Listening listening = tape.listen([&](auto... heard) { listener.hear(heard...); });
  tape.begin(Mode::inference);
  const Variable memory = trained.model.encode(tape, batch.source);
  const Variable y = trained.model.decode(batch.target_input, memory, batch.source.segments());
  const ConstMatrixView logits = trained.model.logits(y).value();

  Trace trace{.title = source, .attentions = listener.take()};
  for (Index i = 0; i < logits.n_rows; ++i) {
    trace.next.push_back(
        most_probable(trained, {logits.row(i), static_cast<size_t>(logits.n_columns)}, 5));
  }
  const std::span<const TokenId> written = batch.target_output;
  trace.translation = decode_line(trained, written.first(written.size() - 1));  // without </s>
  return trace;
}
//! [trace]

std::string attention_picture(const TrainedModel& trained, Tape& tape, const std::string& source) {
  const TracedAttention last =
      trace_translation(trained, tape, source, {.size = 1}).attentions.back();
  std::vector<Matrix> weights;
  std::vector<HeatMapPanel> panels;
  const Index d_k = static_cast<Index>(last.q.shape(1)) / last.n_heads;
  for (Index h = 0; h < last.n_heads; ++h) {
    const auto head = [&](const Matrix& all) {
      return view_of(all).columns(h * d_k, (h + 1) * d_k);
    };
    weights.push_back(zeros(view_of(last.q).n_rows, view_of(last.k).n_rows));
    attention_weights(head(last.q), head(last.k), Mask::none, view_of(weights.back()));
  }
  for (Index h = 0; h < last.n_heads; ++h) {
    panels.push_back({fmt::format("head {}", h), view_of(weights[static_cast<size_t>(h)])});
  }
  return heat_maps(panels, {.title = "Where each word of the translation looks in the source",
                            .row_labels = last.queries,
                            .column_labels = last.keys,
                            .low = 0.0,
                            .high = 1.0,
                            .n_panels_per_row = 2});
}

}  // namespace transformer
