#include "chapters/08_translation/program/short_sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "chapters/06_decoder/greedy.hpp"
#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/08_translation/attention_views.hpp"
#include "chapters/08_translation/bleu.hpp"
#include "chapters/08_translation/program/demonstrations.hpp"
#include "chapters/08_translation/program/one_sentence.hpp"
#include "chapters/08_translation/program/short_translator.hpp"
#include "chapters/08_translation/translate_lines.hpp"
#include "src/book/sections.hpp"
#include "src/data/tokens.hpp"

namespace transformer {

namespace {

const std::string listened_to = "the old woman sees him";

/// The translator that the scenes share, and what it said of one sentence while it learned.
class ListenedTo {
 public:
  ListenedTo()
      : translator_(1, 400, [this](const TrainedModel& trained, const StepReport& report) {
          if (report.step == 400 || (report.step <= 200 && report.step % 25 == 0)) {
            listen(trained, report);
          }
        }) {}

  const ShortTranslator& translator() const { return translator_; }
  const std::vector<std::string>& said() const { return said_; }

 private:
  void listen(const TrainedModel& trained, const StepReport& report) {
    const std::vector<std::string> sentence = {listened_to};
    TranslationTapes tapes(Threads::serial());
    const std::string text =
        translate_lines(trained, tapes, {sentence, "sentence"}, {.size = 1}).front();
    said_.push_back(fmt::format("step {:>3}, loss {}: {}", report.step, number_text(report.loss, 2),
                                first_words(text, 9)));
  }

  std::vector<std::string> said_;
  ShortTranslator translator_;
};

/// Trained once for all scenes.
const ListenedTo& listened() {
  static const ListenedTo translator;
  return translator;
}

/// A sentence for the model. Throws Error (usage) where it has no words or too many.
PackedSentences source_for(const TrainedModel& trained, const std::string& sentence) {
  const std::vector<TokenId> tokens = encode_line(trained, sentence);
  const Index most = trained.model.config().most_tokens();
  if (tokens.empty() || std::ssize(tokens) > most) {
    fail(ExitCode::usage, "--sentence must have 1 to {} words", most);
  }
  PackedSentences source;
  append_source(tokens, source);
  return source;
}

/// At most the first `n` tokens, as a sentence.
PackedSentences beginning_of(std::span<const TokenId> tokens, size_t n) {
  PackedSentences sentence;
  for (const TokenId token : tokens.first(std::min(n, tokens.size()))) sentence.push(token);
  sentence.end_sentence();
  return sentence;
}

}  // namespace

void show_short_sentences(const SceneRequest& request) {
  const ShortTranslator& translator = listened().translator();
  const TrainedModel& trained = translator.trained;
  const auto [sources, references] = ShortHeldOut();
  value("pairs to train on", translator.n_pairs);
  value("parameters", trained.store.n_parameters());

  TranslationTapes tapes(Threads::serial());
  const std::vector<std::string> written =
      translate_lines(trained, tapes, {sources, "test.en"}, {});
  for (size_t i = 0; i < 4; ++i) {
    fmt::print("{}\n  {}\n  {}\n", sources[i], written[i],
               written[i] == references[i] ? "(as the reference)" : references[i]);
  }
  value("held-out pairs", sources.size());
  value("BLEU", bleu(written, references, BleuTokenizer::none).score, 0);
  value("exact match, in percent", exact_match(written, references), 0);
  request.draw("alignment",
               attention_picture(trained, tapes.together(), "the black mouse loves him"));
}

void show_learning_to_speak(const SceneRequest&) {
  fmt::print("source: {}\n", listened_to);
  for (const std::string& line : listened().said()) fmt::print("{}\n", line);
  // Chapter 07: the entropy of a target that has epsilon_ls / n for each token, and the rest for
  // one.
  const double epsilon_ls = ShortTranslator::epsilon_ls;
  const auto n = static_cast<double>(toy_corpus().vocabulary.size());
  const double each = epsilon_ls / n, right = 1 - epsilon_ls + each;
  value("the least loss that smoothed targets allow",
        -right * std::log(right) - (n - 1) * each * std::log(each));
}

void show_greedy(const SceneRequest& request) {
  const TrainedModel& trained = listened().translator().trained;
  const PackedSentences source = source_for(trained, request.text("sentence"));
  Tape tape(Threads::serial());
  GrowingTranslations growing(trained.model, tape, source);
  std::vector<TableRow> table;
  std::string written = "<s>";
  std::vector<TokenId> translation;
  const Index limit = length_limit(trained.model.config(), source.n_tokens());
  TokenId newest = Vocabulary::sentence_begin;
  for (Index t = 0; t < limit && newest != Vocabulary::sentence_end; ++t) {
    translation.push_back(newest);
    const ConstMatrixView all = growing.append({&newest, 1});
    const std::span<const float> logits(all.row(0), static_cast<size_t>(all.n_columns));
    TableRow& row = table.emplace_back(TableRow{written});
    for (const auto& [token, probability] : most_probable(trained, logits, 3)) {
      row.push_back(fmt::format("{} {}", token, number_text(probability)));
    }
    newest = most_likely(logits);
    written += fmt::format(" {}", trained.vocabulary.token(newest));
  }
  request.draw("one_sentence", one_sentence_picture(trained, source, beginning_of(translation, 3)));
  fmt::print("source: {}\n", request.text("sentence"));
  print_table({"written so far", "most likely", "second", "third"}, table);
}

}  // namespace transformer
