#include "chapters/08_translation/program/take_away.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/07_training_loop/loss.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/08_translation/bleu.hpp"
#include "chapters/08_translation/program/demonstrations.hpp"
#include "chapters/08_translation/program/partial_transformer.hpp"
#include "chapters/08_translation/program/short_translator.hpp"
#include "src/base/error.hpp"
#include "src/book/sections.hpp"
#include "src/data/tokens.hpp"
#include "src/run/progress.hpp"

namespace transformer {
namespace {

constexpr Index most_words = 6, most_tokens = 20;
constexpr std::int64_t n_steps = 400, n_warmup = 100;

//! [experiments]
/// A model without something, and how it is trained.
struct Experiment {
  std::string without;
  std::string sentence;  ///< One that shows what is missing.
  Parts parts = {};
  Index n_heads = 4, n_layers = 1;
  float epsilon_ls = 0.1f;
  std::int64_t warmup_steps = n_warmup;
  std::int64_t first_rate = 1;  ///< The rate begins with that of this step.
};

const std::vector<Experiment> experiments = {
    {"nothing", "the black mouse loves him"},
    {"positions", "these young girls are beautiful", {.positions = false}},
    {"residual", "the women are old", {.residual = false}},
    {"norm", "is this white house red ?", {.norm = false}},
    {"feed-forward", "the beautiful bird is not young", {.feed_forward = false}},
    {.without = "heads", .sentence = "are they in a school ?", .n_heads = 1},
    {.without = "layers", .sentence = "the young boy waits", .n_layers = 0},
    {.without = "smoothing", .sentence = "i hear a mouse", .epsilon_ls = 0.0f},
    {.without = "warm-up", .sentence = "the young boy waits", .warmup_steps = 1},
    {.without = "ramp", .sentence = "the black mouse loves him", .first_rate = n_warmup},
    {.without = "nothing, 4 layers", .sentence = "my dog sings near a cat", .n_layers = 4},
};
//! [experiments]

/// What all experiments share.
struct ShortSentences {
  const Vocabulary& vocabulary = toy_corpus().vocabulary;
  ParallelCorpus training = encode(short_pairs(toy_corpus().text, most_words), vocabulary);
  ParallelText held_out = short_pairs(held_out_text(), most_words);
  std::vector<std::string> sources = lines_of(held_out, held_out.source),
                           references = lines_of(held_out, held_out.target);

  PackedSentences packed_sources() const {
    PackedSentences packed;
    for (const std::string& line : sources) {
      std::vector<TokenId> ids;
      vocabulary.encode(split(line), ids);
      append_source(ids, packed);
    }
    return packed;
  }
};

/// What became of an experiment.
struct Outcome {
  double loss = 0.0, bleu = 0.0, exact_match = 0.0;
  std::vector<std::string> written;
};

/// Greedy decoding at its plainest: for each token all that was written is read anew.
std::vector<std::vector<TokenId>> write(const PartialTransformer& model, Tape& tape,
                                        const PackedSentences& source) {
  std::vector<std::vector<TokenId>> written(static_cast<size_t>(source.n_sentences()),
                                            {Vocabulary::sentence_begin});
  for (Index length = 1; length < most_tokens; ++length) {
    PackedSentences so_far;
    for (const std::vector<TokenId>& tokens : written) {
      so_far.push(tokens);
      so_far.end_sentence();
    }
    tape.begin(Mode::inference);
    const ConstMatrixView logits = model.logits(tape, source, so_far).value();
    for (size_t s = 0; s < written.size(); ++s) {
      const float* last = logits.row(so_far.offsets[s + 1] - 1);
      written[s].push_back(most_likely({last, static_cast<size_t>(logits.n_columns)}));
    }
  }
  return written;
}

/// Without the begin mark, and up to the end mark.
std::string line_of(const Vocabulary& vocabulary, std::span<const TokenId> written) {
  const auto end = std::find(written.begin(), written.end(), Vocabulary::sentence_end);
  std::vector<std::string_view> words;
  for (auto token = written.begin() + 1; token != end; ++token) {
    words.push_back(vocabulary.token(*token));
  }
  return with_spaces(words);
}

Outcome run(const Experiment& experiment, const ShortSentences& text, std::uint64_t seed) {
  const ModelConfig config{.d_model = 48,
                           .d_ff = 96,
                           .n_heads = experiment.n_heads,
                           .n_layers = experiment.n_layers,
                           .n_positions = 32};
  ParameterStore store(seed);
  const PartialTransformer model(store, config, text.vocabulary.size(), experiment.parts);
  const Schedule paper = paper_schedule(config.d_model, experiment.warmup_steps, 0.5f);
  const auto schedule = [&](std::int64_t step) {
    return paper(std::max(step, experiment.first_rate));
  };
  Trainer trainer(store, schedule, Threads::serial());
  Batches batches = batches_of(text.training, 512, seed);
  TranslationBatch batch;
  Outcome outcome;
  fmt::print(stderr, "without {}, seed {}:\n", experiment.without, seed);
  Progress progress(n_steps);
  while (trainer.n_steps() < n_steps) {
    fill(batch, text.training, batches.next());
    const StepReport report = trainer.step([&](Tape& tape) {
      const Variable logits = model.logits(tape, batch.source, batch.target_input);
      return label_smoothed_cross_entropy(logits, batch.target_output, experiment.epsilon_ls);
    });
    progress.advance(report.step, report.loss, batch.n_target_tokens());
    outcome.loss = report.loss;
  }
  for (const auto& tokens : write(model, trainer.tape(), text.packed_sources())) {
    outcome.written.push_back(line_of(text.vocabulary, tokens));
  }
  outcome.bleu = bleu(outcome.written, text.references, BleuTokenizer::none).score;
  outcome.exact_match = exact_match(outcome.written, text.references);
  return outcome;
}

/// The experiment of this name beside the whole model, or all of them.
std::vector<Experiment> asked_for(const std::string& name) {
  if (name == "all") return experiments;
  std::string names;
  for (const Experiment& each : experiments) {
    if (each.without == name) return {experiments.front(), each};
    names += "; " + each.without;
  }
  fail(ExitCode::usage, "--part is one of: all{}; not {}", names, name);
}

/// The experiment's sentence, as it was translated.
void print_example(const Experiment& experiment, const ShortSentences& text,
                   const Outcome& outcome) {
  const auto found = std::find(text.sources.begin(), text.sources.end(), experiment.sentence);
  const auto i = static_cast<size_t>(found - text.sources.begin());
  fmt::print("without {}: {}\n  {}\n  {}\n", experiment.without, experiment.sentence,
             first_words(outcome.written[i], 8),
             outcome.written[i] == text.references[i] ? "(as the reference)" : text.references[i]);
}

}  // namespace

void show_take_away(const SceneRequest& request) {
  const std::vector<Experiment> chosen = asked_for(request.text("part"));
  const Index n_seeds = request.integer("seeds", 1, 100);
  const ShortSentences text;
  value("pairs to train on", text.training.n_pairs());
  value("held-out pairs", text.sources.size());

  TableRow head = {"without"};
  for (Index seed = 1; seed <= n_seeds; ++seed) head.push_back(fmt::format("BLEU, seed {}", seed));
  head.insert(head.end(), {"exact, %", "loss"});
  std::vector<TableRow> table;
  std::vector<Outcome> first_outcomes;
  for (const Experiment& experiment : chosen) {
    TableRow& row = table.emplace_back(TableRow{experiment.without});
    double exact = 0.0, loss = 0.0;
    for (Index seed = 1; seed <= n_seeds; ++seed) {
      Outcome outcome = run(experiment, text, static_cast<std::uint64_t>(seed));
      row.push_back(number_text(outcome.bleu, 1));
      exact += outcome.exact_match / static_cast<double>(n_seeds);
      loss += outcome.loss / static_cast<double>(n_seeds);
      if (seed == 1) first_outcomes.push_back(std::move(outcome));
    }
    row.insert(row.end(), {number_text(exact, 0), number_text(loss, 2)});
  }
  print_table(head, table);
  for (size_t i = 0; i < chosen.size(); ++i) print_example(chosen[i], text, first_outcomes[i]);
}

}  // namespace transformer
