#include "chapters/08_translation/attention_views.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "chapters/06_decoder/greedy.hpp"
#include "chapters/06_decoder/translation_batch.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

std::vector<std::string> words_of(const TrainedModel& trained, std::span<const TokenId> ids) {
  std::vector<std::string> words;
  for (const TokenId id : ids) words.emplace_back(trained.vocabulary.token(id));
  return words;
}

/// The sentence and its greedy translation, as the model would be trained on them.
TranslationBatch translate_one(const TrainedModel& trained, Tape& tape, const std::string& source) {
  const auto most_tokens = static_cast<size_t>(trained.model.config().n_positions - 1);
  std::vector<TokenId> tokens = encode_line(trained, source);
  tokens.resize(std::min(tokens.size(), most_tokens));
  PackedSentences sentence;
  append_source(tokens, sentence);
  std::vector<TokenId> translation = greedy_decode(trained.model, tape, sentence)[0].tokens;
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

}  // namespace

//! [trace]
std::vector<TracedAttention> trace_translation(const TrainedModel& trained, Tape& tape,
                                               const std::string& source) {
  const TranslationBatch batch = translate_one(trained, tape, source);
  const std::vector<std::string> source_words = words_of(trained, batch.source.tokens);
  const std::vector<std::string> input_words = words_of(trained, batch.target_input.tokens);
  const std::vector<std::string> output_words = words_of(trained, batch.target_output);

  // Run the whole translation once more, and listen to queries, keys and values.
  std::vector<TracedAttention> attentions;
  const auto keep = [&](std::string_view path, std::string_view name, Variable variable) {
    if (name == "q") {
      const bool decoder = path.starts_with("decoder"), cross = path.ends_with("cross_attention");
      TracedAttention& attention = attentions.emplace_back();
      attention.title = title_of(path);
      attention.n_heads = trained.model.config().n_heads;
      attention.causal = decoder && !cross;
      // In cross-attention a row is named after the word that the model writes there.
      attention.queries = cross ? output_words : decoder ? input_words : source_words;
      attention.keys = decoder && !cross ? input_words : source_words;
    }
    TracedAttention& current = attentions.back();
    Matrix& matrix = name == "q" ? current.q : name == "k" ? current.k : current.v;
    matrix = matrix_of<float>(variable.value());
  };
  const Tape::Listening listening = tape.listen(keep);
  tape.begin(Mode::inference);
  const Variable memory = trained.model.encode(tape, batch.source);
  trained.model.decode(batch.target_input, memory, batch.source.segments());
  return attentions;
}
//! [trace]

std::string attention_picture(const TrainedModel& trained, Tape& tape, const std::string& source) {
  const TracedAttention last = trace_translation(trained, tape, source).back();
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
