// Several translators that write together.
#include <fmt/format.h>

#include <algorithm>

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

/// A model whose parameters are the means of theirs.
std::unique_ptr<ShortTranslator> mean_of(const Translators& all) {
  std::unique_ptr<ShortTranslator> mean = translator(1, 0);
  const std::span<float> values = mean->trained.store.values();
  std::fill(values.begin(), values.end(), 0.0f);
  for (const auto& each : all) {
    const std::span<const float> of_one = each->trained.store.values();
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] += of_one[i] / static_cast<float>(all.size());
    }
  }
  return mean;
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
  for (Index t = 0; t < 12 && newest != Vocabulary::sentence_end; ++t) {
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
  const auto of_mean = add_row("mean of parameters", mean_of(all)->trained, text, table);
  print_table({"written by", "BLEU", "exact, %"}, table);
  for (size_t m = 0; m < alone.size(); ++m) {
    value(fmt::format("BLEU of seed {}", m + 1), score_of(alone[m], text), 1);
  }
  value("BLEU of all together", score_of(together, text), 1);
  value("BLEU of the mean of their parameters", score_of(of_mean, text), 1);

  // Where most are wrong and all together are right.
  const auto n_right = [&](size_t i) {
    return std::count_if(alone.begin(), alone.end(),
                         [&](const auto& written) { return written[i] == text.references[i]; });
  };
  size_t shown = 0;
  for (size_t i = 0; i < together.size(); ++i) {
    if (together[i] == text.references[i] && n_right(i) < n_right(shown)) shown = i;
  }
  print_steps(ensemble, text.sources[shown]);
}

}  // namespace transformer
