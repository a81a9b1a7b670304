#include "chapters/08b_when_it_goes_wrong/program/learners.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>

#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/08_translation/bleu.hpp"
#include "chapters/08_translation/program/demonstrations.hpp"
#include "chapters/08_translation/toy_files.hpp"
#include "chapters/08b_when_it_goes_wrong/mistakes.hpp"
#include "src/base/error.hpp"
#include "src/data/tokens.hpp"
#include "src/run/progress.hpp"

namespace transformer {
namespace {

constexpr Index most_words = 5;
constexpr std::int64_t n_steps = 400;
constexpr ModelConfig sizes{
    .d_model = 32, .d_ff = 64, .n_heads = 2, .n_layers = 1, .p_drop = 0.0f, .n_positions = 32};

// ---- The text --------------------------------------------------------------------------------

std::vector<SentencePair> short_pairs(const ParallelText& text) {
  const std::vector<std::string> sources = lines_of(text, text.source),
                                 targets = lines_of(text, text.target);
  std::vector<SentencePair> pairs;
  for (size_t i = 0; i < sources.size(); ++i) {
    if (text.source.segments().length(static_cast<Index>(i)) <= most_words) {
      pairs.push_back({sources[i], targets[i]});
    }
  }
  return pairs;
}

Vocabulary vocabulary_of(const std::vector<SentencePair>& pairs) {
  TokenCounts counts;
  for (const SentencePair& pair : pairs) {
    for (const std::string& side : {pair.source, pair.target}) {
      for (const std::string_view word : split(side)) counts.add(word);
    }
  }
  const Vocabulary words = counts.vocabulary(10000);
  std::vector<std::string> tokens = {"<pad>"};
  for (TokenId i = Vocabulary::n_special; i < words.size(); ++i)
    tokens.emplace_back(words.token(i));
  return Vocabulary(tokens);
}

// ---- The translators -------------------------------------------------------------------------

using Maker = std::unique_ptr<SmallTranslator> (*)(const ModelConfig&, const Vocabulary&);

template <class Translator>
std::unique_ptr<SmallTranslator> make(const ModelConfig& config, const Vocabulary& vocabulary) {
  return std::make_unique<Translator>(config, vocabulary);
}

struct Entry {
  std::string name;
  Maker make;
  std::string teacher = {};  // who errs only in writing takes the numbers of one that is right
  float p_drop = 0.0f;
};

const std::vector<Entry>& entries() {
  constexpr float p_drop = 0.1f;
  static const std::vector<Entry> all = {
      {"right", make<SmallTranslator>},
      {"no_causal_mask", make<NoCausalMask>},
      {"mask_transposed", make<MaskTransposed>},
      {"target_not_shifted", make<TargetNotShifted>},
      {"source_not_read", make<SourceNotRead>},
      {"other_vocabulary", make<OtherVocabulary>, "right"},
      {"rate_too_high", make<RateTooHigh>},
      {"positions_forgotten", make<PositionsForgotten>},
      {"wrong_first_token", make<WrongFirstToken>, "right"},
      {"padding_seen", make<PaddingSeen>},
      {"with_dropout", make<SmallTranslator>, "", p_drop},
      {"dropout_left_on", make<DropoutLeftOn>, "with_dropout", p_drop},
      {"scale_forgotten", make<ScaleForgotten>}};
  return all;
}

const Entry& entry(const std::string& name) {
  const auto found = std::find_if(entries().begin(), entries().end(),
                                  [&](const Entry& entry) { return entry.name == name; });
  if (found == entries().end()) fail(ExitCode::internal, "there is no translator {}", name);
  return *found;
}

// ---- Learning --------------------------------------------------------------------------------

/// Progress of all that learn side by side.
class CommonProgress {
 public:
  explicit CommonProgress(size_t n_learners)
      : progress_(static_cast<std::int64_t>(n_learners) * n_steps) {}

  void advance(double loss, Index n_tokens) {
    const std::lock_guard<std::mutex> lock(mutex_);
    progress_.advance(++n_done_, loss, n_tokens);
  }

 private:
  std::mutex mutex_;
  Progress progress_;
  std::int64_t n_done_ = 0;
};

std::map<std::string, Learner>& learners() {
  static std::map<std::string, Learner> all;
  return all;
}

}  // namespace

//! [learn]
std::vector<double> learn_from(const std::vector<SentencePair>& pairs, SmallTranslator& translator,
                               std::int64_t n_steps,
                               FunctionRef<void(double loss, Index n_tokens)> after_step) {
  PackedSentences sources, targets;  // for their lengths: similar ones share a batch
  for (const SentencePair& pair : pairs) {
    sources.push(numbers_of(pair.source, translator.vocabulary()));
    sources.end_sentence();
    targets.push(numbers_of(pair.target, translator.vocabulary()));
    targets.end_sentence();
  }
  Batches batches({&sources, &targets}, 512, 1);
  Trainer trainer(translator.store(), translator.schedule(), Threads::serial());
  std::vector<double> losses;
  while (trainer.n_steps() < n_steps) {
    std::vector<SentencePair> some;
    for (const std::uint32_t i : batches.next()) some.push_back(pairs[i]);
    const TranslationBatch batch = translator.batch_of(some);
    losses.push_back(trainer.step([&](Tape& tape) { return translator.loss(tape, batch); }).loss);
    after_step(losses.back(), batch.n_target_tokens());
  }
  return losses;
}
//! [learn]

const ShortText& short_text() {
  static const ShortText text = [] {
    const auto pairs_of = [](const std::string& part) {
      return short_pairs(read_parallel_text(toy_files(part)));
    };
    const std::vector<SentencePair> training = pairs_of("train");
    return ShortText{training, pairs_of("test"), vocabulary_of(training)};
  }();
  return text;
}

std::vector<std::string> names_of_learners() {
  std::vector<std::string> names;
  for (const Entry& one : entries()) names.push_back(one.name);
  return names;
}

std::unique_ptr<SmallTranslator> new_translator(const std::string& name) {
  ModelConfig config = sizes;
  config.p_drop = entry(name).p_drop;
  return entry(name).make(config, short_text().vocabulary);
}

std::string teacher_of(const std::string& name) { return entry(name).teacher; }

void learn(const std::vector<std::string>& names) {
  std::vector<Learner*> to_learn;
  for (const std::string& name : names) {
    const std::string teacher = teacher_of(name);
    Learner& learner = learners()[teacher.empty() ? name : teacher];
    if (learner.translator) continue;
    learner.translator = new_translator(teacher.empty() ? name : teacher);
    to_learn.push_back(&learner);
  }
  CommonProgress progress(to_learn.size());
  Threads team(0);
  team.parallel_for(std::ssize(to_learn), [&](Index i) {
    Learner& learner = *to_learn[static_cast<size_t>(i)];
    learner.losses =
        learn_from(short_text().training, *learner.translator, n_steps,
                   [&](double loss, Index n_tokens) { progress.advance(loss, n_tokens); });
  });
  for (const std::string& name : names) {
    if (learners()[name].translator) continue;
    const Learner& teacher = learners().at(teacher_of(name));
    learners()[name] = {new_translator(name), teacher.losses};
    const std::span<const float> numbers = teacher.translator->store().values();
    std::copy(numbers.begin(), numbers.end(),
              learners()[name].translator->store().values().begin());
  }
}

const Learner& learner(const std::string& name) {
  learn({name});
  return learners().at(name);
}

double last_loss(const Learner& learner) {
  constexpr std::ptrdiff_t n_last = 20;
  return std::accumulate(learner.losses.end() - n_last, learner.losses.end(), 0.0) / n_last;
}

std::vector<std::string> translations_of(const SmallTranslator& translator,
                                         const std::vector<SentencePair>& pairs) {
  std::vector<std::string> sources, written;
  for (const SentencePair& pair : pairs) sources.push_back(pair.source);
  for (const Translation& translation : translator.translate(sources)) {
    written.push_back(translator.text_of(translation));
  }
  return written;
}

double loss_on(const SmallTranslator& translator, const std::vector<SentencePair>& pairs) {
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const TranslationBatch batch = translator.batch_of(pairs);
  return translator.loss(tape, batch).value()(0, 0);
}

double percent_right(const SmallTranslator& translator, const std::vector<SentencePair>& pairs) {
  std::vector<std::string> references;
  for (const SentencePair& pair : pairs) references.push_back(pair.target);
  return exact_match(translations_of(translator, pairs), references);
}

}  // namespace transformer
