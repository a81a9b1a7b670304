// Several translators that write together.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/08_translation/attention_views.hpp"
#include "chapters/08_translation/bleu.hpp"
#include "chapters/08_translation/program/short_sentences.hpp"
#include "chapters/08_translation/program/short_translator.hpp"
#include "chapters/08_translation/translate_lines.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

using Translators = std::vector<std::unique_ptr<ShortTranslator>>;

std::unique_ptr<ShortTranslator> translator(Index seed, std::int64_t n_steps) {
  return std::make_unique<ShortTranslator>(static_cast<std::uint64_t>(seed), n_steps,
                                           [](const TrainedModel&, const StepReport&) {});
}

void exchange(MatrixView a, MatrixView b) {
  for (Index i = 0; i < a.n_rows; ++i) std::swap_ranges(a.row(i), a.row(i) + a.n_columns, b.row(i));
}

/// A model with other parameters.
std::unique_ptr<ShortTranslator> with_parameters(std::span<const float> parameters) {
  std::unique_ptr<ShortTranslator> other = translator(1, 0);
  std::ranges::copy(parameters, other->trained.store.values().begin());
  return other;
}

std::unique_ptr<ShortTranslator> mean_of(const Translators& all) {
  const std::span<const float> first = all.front()->trained.store.values();
  std::vector<float> mean(first.size());
  for (const auto& each : all) {
    const std::span<const float> of_one = each->trained.store.values();
    for (size_t i = 0; i < mean.size(); ++i) {
      mean[i] += of_one[i] / static_cast<float>(all.size());
    }
  }
  return with_parameters(mean);
}

/// The same model, but what head 0 of each attention did, head 1 does, and the other way round.
std::unique_ptr<ShortTranslator> with_heads_exchanged(ShortTranslator& translator) {
  std::unique_ptr<ShortTranslator> other = with_parameters(translator.trained.store.values());
  const ModelConfig& config = translator.trained.model.config();
  const Index d_k = config.d_model / config.n_heads;
  for (const Parameter& parameter : other->trained.store.parameters()) {
    const std::string& path = parameter.path;
    const MatrixView w = parameter.value();
    if (path.ends_with(".w_o")) {
      exchange(w.rows(0, d_k), w.rows(d_k, 2 * d_k));
    } else if (path.ends_with(".w_q") || path.ends_with(".w_kv") || path.ends_with(".w_qkv")) {
      for (Index column = 0; column < w.n_columns; column += config.d_model) {
        exchange(w.columns(column, column + d_k), w.columns(column + d_k, column + 2 * d_k));
      }
    }
  }
  return other;
}

double score_of(const std::vector<std::string>& written, const ShortHeldOut& text) {
  return bleu(written, text.references, BleuTokenizer::none).score;
}

/// What is written of the held-out sentences, and a row of the table about it.
std::vector<std::string> add_row(const std::string& who, const Ensemble& ensemble,
                                 const ShortHeldOut& text, std::vector<TableRow>& table) {
  TranslationTapes tapes(Threads::serial());
  std::vector<std::string> written =
      translate_lines(ensemble, tapes, {text.sources, "test.en"}, {.size = 1});
  table.push_back({who, number_text(score_of(written, text), 1),
                   number_text(exact_match(written, text.references), 0)});
  return written;
}

/// A sentence on its way through one of the models, or through all of them, token by token.
class Writer {
 public:
  Writer(std::span<const Transformer* const> models, const PackedSentences& source)
      : growing_(models, tapes_, source) {}

  Index limit() const { return growing_.limit(0); }
  /// The logits of what may follow.
  std::span<const float> after(TokenId token) {
    const ConstMatrixView logits = growing_.append({&token, 1});
    return {logits.data, static_cast<size_t>(logits.n_columns)};
  }

 private:
  EnsembleTapes tapes_{Threads::serial()};
  EnsembleTranslations growing_;
};

/// What each finds likeliest at each place of what they write together, and what all do.
void print_steps(const Ensemble& ensemble, const std::string& sentence) {
  const TrainedModel& first = ensemble.first();
  PackedSentences source;
  append_source(encode_line(first, sentence), source);
  const std::vector<const Transformer*> models = ensemble.models();
  std::vector<std::unique_ptr<Writer>> writers;
  TableRow head = {"written so far"};
  for (size_t m = 0; m < models.size(); ++m) {
    writers.push_back(std::make_unique<Writer>(std::span(models).subspan(m, 1), source));
    head.push_back(fmt::format("seed {}", m + 1));
  }
  writers.push_back(std::make_unique<Writer>(models, source));
  head.push_back("together");

  std::vector<TableRow> table;
  std::string written = "<s>";
  TokenId newest = Vocabulary::sentence_begin;
  for (Index t = 0; t < writers.back()->limit() && newest != Vocabulary::sentence_end; ++t) {
    TableRow& row = table.emplace_back(TableRow{written});
    TokenId chosen = newest;
    for (const auto& writer : writers) {
      const std::span<const float> logits = writer->after(newest);
      const TracedCandidate best = most_probable(first, logits, 1).front();
      row.push_back(fmt::format("{} {}", best.token, number_text(best.probability)));
      chosen = most_likely(logits);  // the last of them, all together, choose
    }
    newest = chosen;
    written += fmt::format(" {}", first.vocabulary.token(newest));
  }
  fmt::print("source: {}\n", sentence);
  print_table(head, table);
}

/// Of the sentences that all together write right, the one that fewest alone do.
std::optional<size_t> most_helped(const std::vector<std::vector<std::string>>& alone,
                                  const std::vector<std::string>& together,
                                  const std::vector<std::string>& references) {
  const auto n_right = [&](size_t i) {
    return std::count_if(alone.begin(), alone.end(),
                         [&](const auto& written) { return written[i] == references[i]; });
  };
  std::optional<size_t> found;
  for (size_t i = 0; i < together.size(); ++i) {
    if (together[i] != references[i]) continue;
    if (!found || n_right(i) < n_right(*found)) found = i;
  }
  return found;
}

}  // namespace

void show_together(const SceneRequest& request) {
  const Index n_models = request.integer("models", 1, 16);
  const Index n_steps = request.integer("steps", 1, 100000);
  Translators all;
  for (Index seed = 1; seed <= n_models; ++seed) all.push_back(translator(seed, n_steps));
  const ShortHeldOut text;
  value("held-out pairs", text.sources.size());

  std::vector<TableRow> table;
  std::vector<std::vector<std::string>> alone;
  std::vector<const TrainedModel*> models;
  for (const auto& each : all) {
    models.push_back(&each->trained);
    alone.push_back(add_row(fmt::format("seed {}", models.size()), each->trained, text, table));
  }
  const Ensemble ensemble(models);
  const std::vector<std::string> together = add_row("together", ensemble, text, table);
  const auto mean = mean_of(all);
  const std::vector<std::string> by_mean =
      add_row("mean of their parameters", mean->trained, text, table);
  Translators twins;
  twins.push_back(std::move(all.front()));
  twins.push_back(with_heads_exchanged(*twins.front()));
  add_row("seed 1 with its heads exchanged", twins.back()->trained, text, table);
  add_row("mean of that and seed 1", mean_of(twins)->trained, text, table);
  print_table({"written by", "BLEU", "exact, %"}, table);
  for (const TableRow& row : table) fmt::print("BLEU of {}: {}\n", row[0], row[1]);

  const size_t shown = most_helped(alone, together, text.references).value_or(0);
  print_steps(ensemble, text.sources[shown]);
  fmt::print("the mean of their parameters writes: {}\n", first_words(by_mean[shown], 9));
}

}  // namespace transformer
