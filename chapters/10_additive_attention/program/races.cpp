// The two races: on the toy corpus, and on a reader's own text.
#include <algorithm>
#include <cmath>
#include <optional>

#include "chapters/08_translation/bleu.hpp"
#include "chapters/08_translation/toy_files.hpp"
#include "chapters/10_additive_attention/program/demonstrations.hpp"
#include "chapters/10_additive_attention/program/race.hpp"
#include "src/base/error.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

constexpr Index any_length = 1000000;

const std::vector<LengthClass> toy_classes = {
    {"up to 5", 5}, {"6 or 7", 7}, {"8 or 9", 9}, {"10 and more", any_length}};
const std::vector<LengthClass> text_classes = {
    {"up to 8", 8}, {"9 to 11", 11}, {"12 to 15", 15}, {"16 and more", any_length}};

/// The percentage of sentences that are right to the letter.
double percent_right(const std::vector<std::string>& written,
                     const std::vector<std::string>& references) {
  double n_right = 0;
  for (size_t i = 0; i < written.size(); ++i) n_right += written[i] == references[i];
  return 100 * n_right / static_cast<double>(written.size());
}

double bleu_of_words(const std::vector<std::string>& written,
                     const std::vector<std::string>& references) {
  return bleu(written, references, BleuTokenizer::none).score;
}

/// The mean BLEU after so many seconds, on the line between two checks; the last one after them.
std::string bleu_after(const RaceResult& result, double seconds) {
  double time = 0, score = 0;
  for (size_t i = 0; i < result.seconds.size(); ++i) {
    if (result.seconds[i] >= seconds) {
      const double part = (seconds - time) / (result.seconds[i] - time);
      return number_text(score + part * (result.bleu[i] - score), 1);
    }
    time = result.seconds[i], score = result.bleu[i];
  }
  return "ended";
}

void show_results(const std::vector<RaceResult>& results) {
  const Index n_runs = std::ssize(results.front().last_bleu);
  value("runs of each model", n_runs);
  TableRow head = {"model", "width", "parameters", "updates", "ms per update", "BLEU at the end"};
  if (n_runs > 1) head.insert(head.end(), {"lowest", "highest"});
  std::vector<TableRow> table;
  for (const RaceResult& one : results) {
    TableRow& row = table.emplace_back(
        TableRow{one.name, std::to_string(one.width), std::to_string(one.n_parameters),
                 number_text(one.updates.back(), 0),
                 number_text(1000 * one.seconds.back() / one.updates.back(), 1),
                 number_text(one.bleu.back(), 1)});
    if (n_runs == 1) continue;
    const auto [lowest, highest] = std::minmax_element(one.last_bleu.begin(), one.last_bleu.end());
    row.push_back(number_text(*lowest, 1));
    row.push_back(number_text(*highest, 1));
  }
  print_table(head, table);
}

/// A table with a column for each model.
template <class Cell>
void show_columns(const std::vector<RaceResult>& results, const TableRow& labels, Cell cell) {
  TableRow head = {""};
  for (const RaceResult& one : results) head.push_back(one.name);
  std::vector<TableRow> rows;
  for (size_t i = 0; i < labels.size(); ++i) {
    TableRow& row = rows.emplace_back(TableRow{labels[i]});
    for (const RaceResult& one : results) row.push_back(cell(one, i));
  }
  print_table(head, rows);
}

void show_by_updates(const std::vector<RaceResult>& results) {
  fmt::print("BLEU after so many updates\n");
  TableRow labels;
  for (const double n : results.front().updates) labels.push_back(number_text(n, 0));
  show_columns(results, labels,
               [](const RaceResult& one, size_t i) { return number_text(one.bleu[i], 1); });
}

void show_by_seconds(const std::vector<RaceResult>& results, const std::vector<double>& seconds) {
  fmt::print("BLEU after so many seconds of training\n");
  TableRow labels;
  for (const double time : seconds) labels.push_back(number_text(time, 0));
  show_columns(results, labels,
               [&](const RaceResult& one, size_t i) { return bleu_after(one, seconds[i]); });
}

void show_by_length(const std::vector<RaceResult>& results,
                    const std::vector<LengthClass>& classes) {
  TableRow labels;
  for (const LengthClass& one : classes) labels.push_back(one.name);
  show_columns(results, labels, [](const RaceResult& one, size_t i) {
    return std::isnan(one.by_length[i]) ? "none" : number_text(one.by_length[i], 1);
  });
}

struct Axis {
  std::string name, x_label, y_label;
  std::optional<double> high_y;
};

void draw(const SceneRequest& request, const Axis& axis, const std::vector<Series>& lines) {
  request.draw(axis.name, line_chart(lines, {.title = "Five models with as many parameters",
                                             .x_label = axis.x_label,
                                             .y_label = axis.y_label,
                                             .low_y = 0.0,
                                             .high_y = axis.high_y}));
}

std::vector<Series> lines_of(const std::vector<RaceResult>& results,
                             std::vector<double> RaceResult::*x,
                             std::vector<double> RaceResult::*y) {
  std::vector<Series> lines;
  for (const RaceResult& one : results) lines.push_back({one.name, one.*x, one.*y});
  return lines;
}

RaceRules toy_rules() {
  const Index d_model = 64;
  return {.transformer = {.d_model = d_model,
                          .d_ff = 4 * d_model,
                          .n_heads = 4,
                          .n_layers = 2,
                          .p_drop = 0.1f,
                          .n_positions = 128},
          .batch_tokens = 1024,
          .of_transformer = paper_schedule(d_model, 400),
          .of_recurrent = inverse_sqrt_schedule(0.005, 100)};
}

/// The Transformer of `train --preset tiny` (chapter 08), with small batches: there is little time.
RaceRules text_rules() {
  const Index d_model = 128;
  return {.transformer = {.d_model = d_model, .d_ff = 256, .n_heads = 4, .n_layers = 4},
          .batch_tokens = 2048,
          .of_transformer = paper_schedule(d_model, 600),
          .of_recurrent = inverse_sqrt_schedule(0.003, 200)};
}

}  // namespace

void show_race(const SceneRequest& request) {
  const auto n_updates = static_cast<std::int64_t>(request.integer("steps", 12, 1000000));
  const Index n_seeds = request.integer("seeds", 1, 100);
  const Course course(toy_files("train"), toy_files("test"), Tokenizer(Splitting::spaces), 10000);
  const std::vector<RaceResult> results =
      run_race(course, toy_rules(), {.n_updates = n_updates}, n_seeds, percent_right, toy_classes);
  show_results(results);
  show_by_updates(results);
  show_by_seconds(results, {4, 8, 12, 16, 20});
  fmt::print("sentences right to the letter at the end, in percent, by words of the source\n");
  show_by_length(results, toy_classes);

  draw(request, {"race_updates", "updates", "BLEU", 100},
       lines_of(results, &RaceResult::updates, &RaceResult::bleu));
  draw(request, {"race_seconds", "seconds of training", "BLEU", 100},
       lines_of(results, &RaceResult::seconds, &RaceResult::bleu));
  std::vector<Series> by_length;
  for (const RaceResult& one : results) {
    by_length.push_back({one.name, {5, 7, 9, 11}, one.by_length});
  }
  draw(request,
       {"race_by_length", "words of the source, at most (right end: 10 and more)",
        "sentences right, %", 100},
       by_length);
}

void show_race_on_text(const SceneRequest& request) {
  const std::optional<Splitting> splitting = splitting_named(request.text("tokens"));
  if (!splitting || is_learned(*splitting)) {
    fail(ExitCode::usage, "--tokens is \"{}\"; it can be spaces, pieces or punctuation",
         request.text("tokens"));
  }
  const double minutes = request.number("minutes", 0.1, 10000);
  const ParallelFiles training{request.text("source"), request.text("target")};
  const ParallelFiles held_out{request.text("valid-source"), request.text("valid-target")};
  const bool is_toy = training.source.empty() && training.target.empty() &&
                      held_out.source.empty() && held_out.target.empty();
  if (!is_toy && !(training.given() && held_out.given())) {
    fail(ExitCode::usage,
         "--source, --target, --valid-source and --valid-target belong together; give all four");
  }
  const Course course(is_toy ? toy_files("train") : training,
                      is_toy ? toy_files("valid") : held_out, Tokenizer(*splitting), 32000);
  value("sentence pairs", course.training().n_pairs());
  value("different tokens of both languages", course.vocabulary().size());
  const std::vector<RaceResult> results =
      run_race(course, text_rules(), {.seconds = 60 * minutes}, 1, bleu_of_words, text_classes);
  show_results(results);
  std::vector<double> seconds;
  for (Index i = 1; i <= 5; ++i) seconds.push_back(12 * minutes * static_cast<double>(i));
  show_by_seconds(results, seconds);
  fmt::print("BLEU at the end, by words of the source\n");
  show_by_length(results, text_classes);

  draw(request, {"race_on_text", "seconds of training", "BLEU", {}},
       lines_of(results, &RaceResult::seconds, &RaceResult::bleu));
}

}  // namespace transformer
