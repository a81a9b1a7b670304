#include "chapters/10_additive_attention/program/race.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <limits>

#include "chapters/08_translation/bleu.hpp"

namespace transformer {
namespace {

constexpr Index n_checks = 12;

struct Race {
  const Course& course;
  const RaceRules& rules;
  RaceBudget budget;
  Index n_seeds;
  Judge judge;
  const std::vector<LengthClass>& classes;
};

/// What the judge says of the sentences of each length; not a number where there are none.
std::vector<double> by_length(const Race& race, const std::vector<std::string>& written) {
  const std::vector<std::string>& references = race.course.references();
  std::vector<double> judged;
  Index n_fewest = 0;
  for (const LengthClass& one : race.classes) {
    std::vector<std::string> of_class, their_references;
    for (size_t i = 0; i < written.size(); ++i) {
      const Index n_words = race.course.n_words(i);
      if (n_words < n_fewest || n_words > one.n_most_words) continue;
      of_class.push_back(written[i]);
      their_references.push_back(references[i]);
    }
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    judged.push_back(of_class.empty() ? unknown : race.judge(of_class, their_references));
    n_fewest = one.n_most_words + 1;
  }
  return judged;
}

bool is_over(const RaceBudget& budget, Index check, std::int64_t n_updates, double seconds) {
  const double part = static_cast<double>(check + 1) / n_checks;
  return budget.n_updates > 0 ? n_updates >= budget.n_updates * (check + 1) / n_checks
                              : seconds >= part * budget.seconds;
}

//! [run]
/// Trains a model and adds what it can do to `result`, a share of all runs.
void run(const Race& race, Racer& racer, std::uint64_t seed, RaceResult& result) {
  const double share = 1.0 / static_cast<double>(race.n_seeds);
  Batches batches = batches_of(race.course.training(), race.rules.batch_tokens, seed);
  TranslationBatch batch;
  double seconds = 0;
  std::int64_t n_updates = 0;
  for (Index check = 0; check < n_checks; ++check) {
    while (!is_over(race.budget, check, n_updates, seconds)) {
      const std::clock_t start = std::clock();  // of the processor: others may use it, too
      fill(batch, race.course.training(), batches.next());
      racer.step(batch);
      seconds += static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      ++n_updates;
    }
    std::vector<std::string> written;
    for (const Translation& translation : racer.translate(race.course.questions())) {
      written.push_back(race.course.line_of(translation));
    }
    const double score = bleu(written, race.course.references(), BleuTokenizer::none).score;
    const auto i = static_cast<size_t>(check);
    result.updates[i] += share * static_cast<double>(n_updates);
    result.seconds[i] += share * seconds;
    result.bleu[i] += share * score;
    if (check + 1 < n_checks) continue;
    result.last_bleu.push_back(score);
    const std::vector<double> judged = by_length(race, written);
    for (size_t c = 0; c < judged.size(); ++c) result.by_length[c] += share * judged[c];
  }
}
//! [run]

/// The even width with which a model has about as many parameters as the Transformer.
Index fair_width(const Race& race, const Contender& contender) {
  const Contender& last = contenders().back();
  const Index d_transformer = race.rules.transformer.d_model;
  if (&contender == &last) return d_transformer;
  const auto n_parameters = [&](const Contender& one, Index d_model) {
    return one.make(race.rules, d_model, race.course.vocabulary().size(), 1)->n_parameters();
  };
  const Index wanted = n_parameters(last, d_transformer);
  const auto distance = [&](Index d_model) {
    return std::abs(n_parameters(contender, d_model) - wanted);
  };
  Index d_model = 32;
  while (distance(d_model + 2) < distance(d_model)) d_model += 2;
  return d_model;
}

RaceResult result_of(const Race& race, const Contender& contender) {
  const std::vector<double> zeros(n_checks);
  RaceResult result{.name = contender.name,
                    .width = fair_width(race, contender),
                    .updates = zeros,
                    .seconds = zeros,
                    .bleu = zeros,
                    .by_length = std::vector<double>(race.classes.size()),
                    .last_bleu = {}};
  for (Index seed = 1; seed <= race.n_seeds; ++seed) {
    const auto number = static_cast<std::uint64_t>(seed);
    const std::unique_ptr<Racer> racer =
        contender.make(race.rules, result.width, race.course.vocabulary().size(), number);
    result.n_parameters = racer->n_parameters();
    run(race, *racer, number, result);
    fmt::print(stderr, "{}, seed {}: BLEU {:.1f}\n", contender.name, seed, result.last_bleu.back());
  }
  return result;
}

}  // namespace

std::vector<RaceResult> run_race(const Course& course, const RaceRules& rules,
                                 const RaceBudget& budget, Index n_seeds, Judge judge,
                                 const std::vector<LengthClass>& classes) {
  const Race race{course, rules, budget, n_seeds, judge, classes};
  std::vector<RaceResult> results;
  for (const Contender& contender : contenders()) results.push_back(result_of(race, contender));
  return results;
}

}  // namespace transformer
