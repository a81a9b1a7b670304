#include <fmt/format.h>

#include <numeric>

#include "chapters/08b_when_it_goes_wrong/program/beside.hpp"
#include "chapters/08b_when_it_goes_wrong/program/symptoms.hpp"
#include "chapters/08b_when_it_goes_wrong/proofs.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

/// The mean loss of each ten steps.
Series smoothed(const std::string& name) {
  constexpr std::ptrdiff_t n = 10;
  const std::vector<double>& losses = learner(name).losses;
  Series series{readable(name), {}, {}};
  for (auto first = losses.begin(); losses.end() - first >= n; first += n) {
    series.x.push_back(static_cast<double>(first - losses.begin()) + n / 2.0);
    series.y.push_back(std::accumulate(first, first + n, 0.0) / n);
  }
  return series;
}

}  // namespace

void show_symptoms(const SceneRequest& request) {
  const std::vector<std::string> names = names_of_learners();
  learn(names);
  const std::vector<SentencePair>& new_pairs = short_text().held_out;
  value("pairs to learn from", short_text().training.size());
  value("new sentences", new_pairs.size());
  value("words that it knows", short_text().vocabulary.size());
  value("parameters", learner("right").translator->store().n_parameters());
  const std::string source = "the young boy waits";
  std::vector<TableRow> table;
  for (const std::string& name : names) {
    const Learner& one = learner(name);
    table.push_back({readable(name), number_text(last_loss(one), 2),
                     number_text(percent_right(*one.translator, new_pairs), 0)});
  }
  print_table({"", "loss of the last steps", "new sentences right, %"}, table);
  fmt::print("{}\n", source);
  for (const std::string& name : names) {
    fmt::print("  {}: {}\n", readable(name), translation_of(*learner(name).translator, source));
  }
  std::vector<Series> lines;
  for (const char* name :
       {"right", "no_causal_mask", "target_not_shifted", "source_not_read", "rate_too_high"}) {
    lines.push_back(smoothed(name));
  }
  request.draw("losses", line_chart(lines, {.title = "What the loss says, and what it does not",
                                            .x_label = "step",
                                            .y_label = "loss",
                                            .low_y = 0}));
}

void show_one_batch(const SceneRequest&) {
  constexpr size_t n_pairs = 8;
  const std::vector<SentencePair>& all = short_text().training;
  std::vector<SentencePair> some;
  for (size_t i = 0; i < n_pairs; ++i) some.push_back(all[i * (all.size() / n_pairs)]);
  std::vector<TableRow> table;
  for (const std::string& name : names_of_learners()) {
    const std::unique_ptr<SmallTranslator> translator = new_translator(name);
    const std::vector<double> losses = learn_from(some, *translator, 100, [](double, Index) {});
    const double n_right = percent_right(*translator, some) / 100 * n_pairs;
    table.push_back({readable(name), number_text(losses.front(), 1), number_text(losses.back(), 2),
                     number_text(n_right, 0)});
  }
  print_table({"", "loss at step 1", "at step 100", "of 8 given back"}, table);
}

void show_tests(const SceneRequest&) {
  const SentencePair pair = {"the young boy waits", "le jeune garçon attend"},
                     longer = {"are the schools big ?", "est-ce que les écoles sont grandes ?"};
  const std::string line = "the bird sleeps";
  std::vector<TableRow> table;
  for (const std::string& name : names_of_learners()) {
    const std::unique_ptr<SmallTranslator> one = new_translator(name);
    const std::vector<Index> places = places_that_notice(*one, pair, 2, "chien");
    table.push_back({readable(name), std::to_string(places.front()),
                     difference_text(difference_by_source(*one, pair, line)),
                     difference_text(difference_by_source(
                         *one, {"the tired men are old", "les hommes"}, "the old men are tired")),
                     difference_text(difference_by_company(*one, pair, longer)),
                     difference_text(difference_by_run(*one, line)),
                     difference_text(difference_by_way(*one, line)),
                     number_text(variance_of_scores(*one, one->config().d_model), 1),
                     as_read(*one, line) == line ? "yes" : "no"});
  }
  print_table(
      {"", "first to notice", "source", "order", "company", "run", "way", "variance", "read"},
      table);
}

}  // namespace transformer
