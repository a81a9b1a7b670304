#include "chapters/08_translation/translator/commands.hpp"

#include <fmt/ranges.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/08_translation/attention_views.hpp"
#include "chapters/08_translation/evaluation.hpp"
#include "chapters/08_translation/toy_files.hpp"
#include "chapters/08_translation/translator/learned_text.hpp"
#include "chapters/08_translation/translator/training_run.hpp"
#include "chapters/08_translation/typed_line.hpp"
#include "src/base/error.hpp"
#include "src/data/lines.hpp"
#include "src/data/pairs.hpp"
#include "src/data/tokens.hpp"
#include "src/io/atomic_file.hpp"
#include "src/io/kept_aside.hpp"
#include "src/io/settings.hpp"
#include "src/run/output.hpp"
#include "src/system/machine.hpp"

namespace transformer {
namespace {

constexpr size_t n_examples = 6;

/// A sentence with something in it to look at: the first of the held-out ones with enough words.
std::string sentence_to_draw(const std::vector<std::string>& sources) {
  constexpr size_t enough = 8;
  for (const std::string& source : sources) {
    if (split(source).size() >= enough) return source;
  }
  return sources.front();
}

void warn_replaced(const std::string& name, Index line) {
  warn("{}:{}: not UTF-8 throughout; what is not was replaced by U+FFFD", name, line);
}

void warn_of_doubts(const Evaluation& evaluation) {
  if (const std::string doubt = doubts(evaluation); !doubt.empty()) warn("{}", doubt);
}

/// The model of a run. A training that was stopped, or that still goes on, has not made its newest
/// checkpoint what it could be, which is said; one that was kept is what it is.
std::unique_ptr<TrainedModel> model_of(const TranslatorPaths& run, const Checkpoint& checkpoint) {
  const std::int64_t step = checkpoint.integer(entry::step);
  const bool says_last = checkpoint.has(entry::last_step);
  const std::int64_t last = says_last ? checkpoint.integer(entry::last_step) : step;
  const bool is_newest = run.checkpoint.filename() == RunPaths(run.folder).checkpoint.filename();
  if (is_newest && step < last) {
    warn(
        "{}: trained for {} of {} steps so far; the command that began it goes on with it, without "
        "--overwrite",
        run.folder.string(), step, last);
  }
  return std::make_unique<TrainedModel>(run, checkpoint);
}

/// Runs that translate together.
struct OpenRuns {
  std::vector<std::unique_ptr<TrainedModel>> models;
  std::string of_another_text;  ///< Which was not trained on the text of the first, and that.

  Ensemble ensemble() const {
    std::vector<const TrainedModel*> members;
    for (const auto& model : models) members.push_back(model.get());
    return Ensemble(std::move(members));
  }
};

/// Throws Error (usage) where they do not share their tokens.
OpenRuns open(const std::vector<std::filesystem::path>& runs) {
  OpenRuns all;
  std::string first_text;
  for (const std::filesystem::path& run : runs) {
    const TranslatorPaths paths(run);
    const Checkpoint checkpoint(paths.checkpoint);
    all.models.push_back(model_of(paths, checkpoint));
    if (!share_tokens(*all.models.front(), *all.models.back())) {
      fail(ExitCode::usage,
           "{}: has other tokens than {}; runs translate together that were trained on one text "
           "with the same --tokens, --vocabulary-size and --n-positions",
           run.string(), runs.front().string());
    }
    const std::string& text = checkpoint.text(entry::corpus_digest);
    if (all.models.size() == 1) first_text = text;
    if (text == first_text) continue;
    all.of_another_text =
        fmt::format("{}: was trained on another text than {}, or with other --n-positions",
                    run.string(), runs.front().string());
  }
  return all;
}

bool was_trained_on(const ParallelFiles& files, const Checkpoint& checkpoint) {
  ModelConfig config;
  read_settings(checkpoint, config);
  const ParallelText text = read_text_for(config, tokenizer_in(checkpoint), files);
  return checkpoint.text(entry::corpus_digest) == digest_of(text);
}

/// What a run is compared with where no text is named: what --pairs held out, or the toy's held-out
/// text. Throws Error (usage) where the run was trained on neither.
ParallelFiles held_out_text_of(const TranslatorPaths& run) {
  const Checkpoint checkpoint(run.checkpoint);
  const PairsFiles pairs = pairs_files(run.pairs);
  std::error_code ignored;
  if (std::filesystem::exists(run.pairs, ignored) && was_trained_on(pairs.training, checkpoint)) {
    return pairs.held_out;
  }
  if (was_trained_on(toy_files("train"), checkpoint)) return toy_files("test");
  fail(ExitCode::usage,
       "{}: was trained neither on the toy corpus nor on pairs that are there; give --source and "
       "--target",
       run.folder.string());
}

/// Trains the toy translator where nothing else was asked for and nothing is there yet. Returns the
/// exit code.
int train_if_missing(const TranslateOptions& options) {
  std::error_code ignored;
  const bool others_asked_for = options.runs != std::vector{toy_run()};
  if (others_asked_for || std::filesystem::exists(RunPaths(toy_run()).checkpoint, ignored)) {
    return 0;
  }
  write_message("no translator yet: training one first\n");
  const OutputAsMessages only_translations_are_output;
  TrainOptions train;
  train.n_threads = options.n_threads;
  return train_command(train);
}

/// Throws Error where the trace could not be written, would take the place of the translator, or
/// would have to show several.
void try_trace(const TranslateOptions& options) {
  if (options.runs.size() > 1) {
    fail(ExitCode::usage, "--trace shows what one model does; give one --run");
  }
  std::error_code ignored;
  if (std::filesystem::equivalent(options.trace, TranslatorPaths(options.runs.front()).checkpoint,
                                  ignored)) {
    fail(ExitCode::usage, "--trace {} is the translator itself; choose another name",
         options.trace.string());
  }
  const AtomicFile attempt(options.trace);
}

/// Translates the lines of standard input as they come: from a terminal each at once, elsewhere
/// many at a time, which is faster.
template <class Translate>
void translate_standard_input(const Translate& translate) {
  const size_t lines_at_once = machine::is_terminal(machine::Stream::in) ? 1 : 2048;
  LineReader input("-", InvalidUtf8::replace);
  std::vector<std::string> lines;
  Index first = 1, n_replaced = 0;
  for (std::string line; input.next(line);) {
    if (input.n_lines() == 1 && input.had_byte_order_mark()) {
      warn("{}: the byte order mark at its beginning is dropped", input.name());
    }
    if (input.n_replaced() > n_replaced) warn_replaced(input.name(), input.n_lines());
    n_replaced = input.n_replaced();
    lines.push_back(line);
    if (lines.size() < lines_at_once) continue;
    translate({lines, input.name(), first});
    first += static_cast<Index>(lines.size());
    lines.clear();
  }
  translate({lines, input.name(), first});
}

/// Translates the sentences, or the lines of standard input.
void translate(const Ensemble& ensemble, TranslateOptions& options) {
  Threads threads(options.n_threads);
  TranslationTapes tapes(threads);
  const auto translate_lines = [&](const NamedLines& lines) {
    for (const auto& ranked : translate_lines_n_best(ensemble, tapes, lines, options.beam)) {
      for (const RankedLine& line : ranked) {
        if (options.beam.n_best > 1)
          print_out("{:.4f}\t{:.4f}\t", line.score, line.log_probability);
        print_out("{}\n", options.pieces
                              ? with_spaces(ensemble.first().vocabulary.decode(line.tokens))
                              : line.text);
      }
    }
  };
  if (options.sentences.empty()) {
    translate_standard_input(translate_lines);
    return;
  }
  for (size_t i = 0; i < options.sentences.size(); ++i) {
    if (replace_invalid_utf8(options.sentences[i]) > 0) {
      warn_replaced("sentence", static_cast<Index>(i) + 1);
    }
  }
  translate_lines({options.sentences, "sentence"});
  if (!options.trace.empty()) {
    write_trace(options.trace, trace_translation(ensemble.first(), tapes.together(),
                                                 options.sentences.front(), options.beam));
  }
}

/// Cuts the file of --pairs, if there is one, into texts in the run's folder. Returns what there is
/// to say of it. Those of an earlier training are kept aside.
std::string take_pairs(TrainOptions& options, std::optional<KeptAside>& earlier) {
  if (options.pairs.empty()) return {};
  const RunDirectory held(options.loop.run);  // another trainer may read what was cut before
  const std::filesystem::path folder = TranslatorPaths(options.loop.run).pairs;
  earlier.emplace(folder);
  const CutPairs cut = cut_pairs(options.pairs, folder);
  const PairsFiles files = pairs_files(folder);
  options.training = files.training;
  options.validation = files.validation;
  options.held_out = files.held_out;
  return summary(cut) + "\n";
}

}  // namespace

int train_command(TrainOptions options) {
  complete(options);
  std::optional<KeptAside> earlier_pairs;
  const std::string about_pairs = take_pairs(options, earlier_pairs);
  // Read now what is needed at the end: mistakes must not cost the time of a training.
  std::optional<HeldOutText> held_out_text;
  if (options.held_out.given()) held_out_text = read_held_out(options.held_out);
  Threads threads(options.n_threads);
  TrainingRun run(options, threads);
  if (earlier_pairs) earlier_pairs->accept();
  write_out(about_pairs);
  run.warn_of_texts(held_out_text);
  if (const int signal = run.train(); signal != 0) return 128 + signal;

  std::string last_line = run.about_validations();
  if (held_out_text) {
    const Evaluation held_out =
        evaluate(run.trained(), run.tapes(), std::move(*held_out_text), options.beam);
    replace_file(run.paths().attention, attention_picture(run.trained(), run.tapes().together(),
                                                          sentence_to_draw(held_out.sources)));
    print_out("\n");
    print_examples(held_out, n_examples);
    warn_of_doubts(held_out);
    last_line += summary(held_out) + "\n";
  }
  const TranslatorPaths& paths = run.paths();
  print_out("run: {}: {}, {}, {}{}\n{}", printable(paths.folder.string()),
            paths.checkpoint.filename().string(), paths.vocabulary.filename().string(),
            paths.log.filename().string(),
            held_out_text ? ", " + paths.attention.filename().string() : "", last_line);
  return 0;
}

int translate_command(TranslateOptions options) {
  if (options.beam.n_best > options.beam.size) {
    fail(ExitCode::usage, "--n-best {} is more than --beam {} finds", options.beam.n_best,
         options.beam.size);
  }
  if (const int code = train_if_missing(options); code != 0) return code;
  if (!options.trace.empty()) try_trace(options);
  const OpenRuns runs = open(options.runs);
  if (!runs.of_another_text.empty()) {
    warn("{}; see that both translate in the same direction", runs.of_another_text);
  }
  translate(runs.ensemble(), options);
  return 0;
}

int logits_command(const LogitsOptions& options) {
  const OpenRuns runs = open({options.run});
  const TrainedModel& trained = *runs.models.front();
  std::vector<TypedLine> pair;
  for (std::string text : {options.sentence, options.translation}) {
    if (replace_invalid_utf8(text) > 0) warn_replaced("text", std::ssize(pair) + 1);
    pair.push_back(read_typed_line(text, trained.tokenizer, trained.vocabulary));
  }
  write_message(report_unknown(pair));
  for (const TypedLine& line : pair) print_out("{}\n", fmt::join(line.ids, " "));
  TranslationBatch batch;
  append_pair(pair[0].ids, pair[1].ids, batch);
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const Variable memory = trained.model.encode(tape, batch.source);
  const Variable y = trained.model.decode(batch.target_input, memory, batch.source.segments());
  const ConstMatrixView logits = trained.model.logits(y).value();
  for (Index i = 0; i < logits.n_rows; ++i) {
    const std::span<const float> row(logits.row(i), static_cast<size_t>(logits.n_columns));
    print_out("{:.9g}\n", fmt::join(row, " "));
  }
  return 0;
}

int evaluate_command(EvaluateOptions options) {
  const OpenRuns runs = open(options.runs);
  if (!options.held_out.given()) {
    if (!runs.of_another_text.empty()) {
      fail(ExitCode::usage, "{}; give --source and --target", runs.of_another_text);
    }
    options.held_out = held_out_text_of(TranslatorPaths(options.runs.front()));
  }
  HeldOutText text = read_held_out(options.held_out);
  text.words = options.bleu_words;
  Threads threads(options.n_threads);
  TranslationTapes tapes(threads);
  const Evaluation held_out = evaluate(runs.ensemble(), tapes, std::move(text), options.beam);
  warn_of_doubts(held_out);
  print_out("{}\n{}\n", details(held_out), summary(held_out));
  return 0;
}

}  // namespace transformer
