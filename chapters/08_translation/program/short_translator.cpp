#include "chapters/08_translation/program/short_translator.hpp"

#include "chapters/07_training_loop/translation_loss.hpp"
#include "chapters/08_translation/program/demonstrations.hpp"
#include "chapters/08_translation/toy_files.hpp"
#include "src/data/tokens.hpp"
#include "src/run/progress.hpp"

namespace transformer {

ParallelText short_pairs(const ParallelText& text, Index most_words) {
  ParallelText result;
  const auto append = [&](const PackedSentences& from, Index i, PackedSentences& to) {
    for (const TokenId number : from.sentence(i))
      to.push(result.tokens.add(text.tokens.token(number)));
    to.end_sentence();
  };
  for (Index i = 0; i < text.n_pairs(); ++i) {
    if (text.source.segments().length(i) > most_words) continue;
    append(text.source, i, result.source);
    append(text.target, i, result.target);
  }
  return result;
}

ParallelText held_out_text() { return read_parallel_text(toy_files("test")); }

std::string first_words(const std::string& line, size_t n) {
  const std::vector<std::string_view> words = split(line);
  if (words.empty()) return "(nothing)";
  if (words.size() <= n) return with_spaces(words);
  return with_spaces(std::span(words).first(n)) + " ...";
}

ShortTranslator::ShortTranslator(std::uint64_t seed, std::int64_t n_steps,
                                 FunctionRef<void(const TrainedModel&, const StepReport&)> look)
    : trained(toy_corpus().vocabulary, Tokenizer(Splitting::spaces),
              {.d_model = 48,
               .d_ff = 96,
               .n_heads = 2,
               .n_layers = 1,
               .p_drop = 0.0f,
               .n_positions = 32},
              seed) {
  const ParallelCorpus corpus =
      encode(short_pairs(toy_corpus().text, most_words), trained.vocabulary);
  n_pairs = corpus.n_pairs();
  Trainer trainer(trained.store, paper_schedule(trained.model.config().d_model, 100, 0.5f),
                  Threads::serial());
  Batches batches = batches_of(corpus, 512, seed);
  TranslationBatch batch;
  Progress progress(n_steps);
  while (trainer.n_steps() < n_steps) {
    fill(batch, corpus, batches.next());
    const StepReport report = trainer.step(
        [&](Tape& tape) { return translation_loss(trained.model, tape, batch, epsilon_ls); });
    progress.advance(report.step, report.loss, batch.n_target_tokens());
    look(trained, report);
  }
}

ShortHeldOut::ShortHeldOut() {
  const ParallelText pairs = short_pairs(held_out_text(), ShortTranslator::most_words);
  sources = lines_of(pairs, pairs.source);
  references = lines_of(pairs, pairs.target);
}

}  // namespace transformer
