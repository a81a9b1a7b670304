#include "chapters/08_translation/short_sentences.hpp"

#include <fmt/format.h>

#include "chapters/07_training_loop/progress.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/08_translation/attention_views.hpp"
#include "chapters/08_translation/bleu.hpp"
#include "src/book/root.hpp"
#include "src/book/sections.hpp"
#include "src/book/svg.hpp"
#include "src/text/batches.hpp"

namespace transformer {
namespace {

constexpr size_t most_words = 5;
constexpr std::int64_t n_steps = 400;

/// The pairs with at most `most_words` words on the source side.
ParallelText short_pairs(const ParallelText& text) {
  ParallelText result;
  for (size_t i = 0; i < text.source.size(); ++i) {
    if (split(text.source[i]).size() > most_words) continue;
    result.source.push_back(text.source[i]);
    result.target.push_back(text.target[i]);
  }
  return result;
}

void train(TrainedModel& trained, const ParallelCorpus& corpus) {
  Trainer trainer(trained.model, trained.store,
                  {.optimizer = {.warmup_steps = 100, .learning_rate_scale = 0.5f}},
                  Threads::serial());
  Batches batches(corpus, 512, 1);
  TranslationBatch batch;
  Progress progress(n_steps);
  while (trainer.n_steps() < n_steps) {
    batches.next(batch);
    const StepReport report = trainer.step(batch);
    progress.advance(report.step, report.loss, report.n_tokens);
  }
}

}  // namespace

void show_short_sentences(const ParallelText& text, const Vocabulary& vocabulary,
                          const std::filesystem::path& figures) {
  section("short_sentences");
  const ParallelText training = short_pairs(text);
  const std::filesystem::path toy = project_root() / "data" / "toy";
  const ParallelText held_out = short_pairs(read_parallel_text(toy / "test.en", toy / "test.fr"));
  TrainedModel trained(
      vocabulary,
      {.d_model = 48, .d_ff = 96, .n_heads = 2, .n_layers = 1, .p_drop = 0.0f, .n_positions = 32},
      Splitting::spaces, 1);
  value("pairs to train on", training.source.size());
  value("parameters", trained.store.n_parameters());
  train(trained, encode(training, vocabulary));

  Tape tape(Threads::serial());
  PackedSentences sources;
  for (const std::string& line : held_out.source)
    append_source(encode_line(trained, line), sources);
  std::vector<std::string> written;
  for (const Translation& translation : beam_search(trained.model, tape, sources, {})) {
    written.push_back(decode_line(trained, translation.tokens));
  }
  for (size_t i = 0; i < 4; ++i) {
    fmt::print("{}\n  {}\n  {}\n", held_out.source[i], written[i],
               written[i] == held_out.target[i] ? "(as the reference)" : held_out.target[i]);
  }
  value("held-out pairs", held_out.source.size());
  value("BLEU", bleu(written, held_out.target, BleuTokenizer::none).score, 0);
  value("exact match, in percent", exact_match(written, held_out.target), 0);
  write_figure(figures / "alignment.svg",
               attention_picture(trained, tape, "the black mouse loves him"));
}

}  // namespace transformer
