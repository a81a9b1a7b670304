#include "chapters/07_training_loop/program/tasks.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <ranges>
#include <set>
#include <string>
#include <vector>

#include "chapters/06_decoder/greedy.hpp"
#include "chapters/06_decoder/program/reverser.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/07_training_loop/translation_loss.hpp"
#include "src/base/philox.hpp"
#include "src/book/sections.hpp"
#include "src/data/vocabulary.hpp"
#include "src/draw/figures.hpp"
#include "src/run/progress.hpp"

namespace transformer {

namespace {

/// Letters of a word.
constexpr std::uint32_t shortest = 3, longest = 6;

}  // namespace

TranslationBatch random_words(Task task, Index n_pairs, std::uint32_t number) {
  const RandomKey key{1, number};
  std::uint64_t n_drawn = 0;
  TranslationBatch batch;
  for (Index i = 0; i < n_pairs; ++i) {
    std::vector<TokenId> word(shortest + key.below(n_drawn++, longest - shortest + 1));
    for (TokenId& letter : word) {
      letter = Vocabulary::n_special + static_cast<TokenId>(key.below(n_drawn++, n_task_letters));
    }
    std::vector<TokenId> answer = word;
    if (task == Task::reversing) std::reverse(answer.begin(), answer.end());
    append_pair(word, answer, batch);
  }
  return batch;
}

namespace {

constexpr std::int64_t n_steps = 600;
constexpr Index n_words_a_step = 64, n_tested = 200;
constexpr float epsilon_ls = 0.1f;
constexpr ModelConfig small{
    .d_model = 32, .d_ff = 64, .n_heads = 4, .n_layers = 1, .p_drop = 0.0f, .n_positions = 16};

/// What became of one task.
struct Learned {
  std::string name;
  std::vector<double> losses;                          // (n_steps)
  Index n_right = 0;                                   // of n_tested words, to the letter
  double percent_forced = 0.0, percent_written = 0.0;  // of their tokens; see `test`
  std::vector<TableRow> examples;
};

std::string word_of(std::span<const TokenId> tokens) {
  return fmt::format("{}", fmt::join(letters_of({tokens.begin(), tokens.end()}), ""));
}

std::vector<TokenId> as_key(std::span<const TokenId> tokens) {
  return {tokens.begin(), tokens.end()};
}

/// Words that no batch of the training had.
TranslationBatch new_words(Task task, Index n_pairs) {
  constexpr std::uint32_t number_for_tests = 1000000;
  std::set<std::vector<TokenId>> known;
  for (std::uint32_t step = 1; step <= n_steps; ++step) {
    const TranslationBatch batch = random_words(task, n_words_a_step, step);
    for (Index s = 0; s < n_words_a_step; ++s) known.insert(as_key(batch.source.sentence(s)));
  }
  TranslationBatch unknown;
  for (std::uint32_t i = 0; unknown.source.n_sentences() < n_pairs; ++i) {
    const TranslationBatch one = random_words(task, 1, number_for_tests + i);
    const std::span<const TokenId> word = one.source.sentence(0);
    if (known.contains(as_key(word))) continue;
    append_pair(word.first(word.size() - 1), one.target_input.sentence(0).subspan(1), unknown);
  }
  return unknown;
}

/// How many tokens are right, the end mark included, in percent: where the decoder reads the right
/// word so far, and where it reads what it wrote itself. A few examples, wrong ones first.
void test(const Transformer& model, Tape& tape, Task task, Learned& learned) {
  const TranslationBatch batch = new_words(task, n_tested);
  const ConstMatrixView logits = logits_of(model, tape, batch);
  Index n_forced = 0, n_written = 0, row = 0;
  for (; row < logits.n_rows; ++row) {
    const std::span<const float> x(logits.row(row), static_cast<size_t>(logits.n_columns));
    n_forced += most_likely(x) == batch.target_output[static_cast<size_t>(row)];
  }
  const std::vector<Translation> written = greedy_decode(model, tape, batch.source);
  for (Index s = 0; s < n_tested; ++s) {
    const std::span<const TokenId> source = batch.source.sentence(s),
                                   expected = batch.target_input.sentence(s).subspan(1);
    const std::vector<TokenId>& found = written[static_cast<size_t>(s)].tokens;
    for (size_t i = 0; i < std::min(found.size(), expected.size()); ++i) {
      n_written += found[i] == expected[i];
    }
    n_written += found.size() == expected.size();  // the end mark, where it belongs
    const bool is_right = std::ranges::equal(found, expected);
    learned.n_right += is_right;
    const TableRow example = {learned.name, word_of(source.first(source.size() - 1)),
                              word_of(expected), word_of(found)};
    learned.examples.insert(is_right ? learned.examples.end() : learned.examples.begin(), example);
  }
  learned.examples.resize(2);
  const double percent = 100.0 / static_cast<double>(row);
  learned.percent_forced = percent * static_cast<double>(n_forced);
  learned.percent_written = percent * static_cast<double>(n_written);
}

//! [learn]
Learned learn(Task task, const std::string& name, const Schedule& schedule) {
  Learned learned;
  learned.name = name;
  ParameterStore store(1);
  Transformer model(store, small, n_task_vocabulary);
  Trainer trainer(store, schedule, Threads::serial());
  fmt::print(stderr, "{}:\n", name);
  Progress progress(n_steps);
  for (std::uint32_t step = 1; step <= n_steps; ++step) {
    const TranslationBatch batch = random_words(task, n_words_a_step, step);
    const StepReport report =
        trainer.step([&](Tape& tape) { return translation_loss(model, tape, batch, epsilon_ls); });
    learned.losses.push_back(report.loss);
    progress.advance(report.step, report.loss, batch.n_target_tokens());
  }
  test(model, trainer.tape(), task, learned);
  return learned;
}
//! [learn]

//! [least_loss]
/// The entropy of a target, smoothed: no prediction has a smaller loss.
double entropy_of_smoothed(std::span<const double> target) {
  constexpr double epsilon = 0.1, n = n_task_vocabulary;
  double entropy = 0.0;
  for (const double t : target) {
    const double smoothed = epsilon / n + (1 - epsilon) * t;
    entropy -= smoothed * std::log(smoothed);
  }
  return entropy;
}

/// What a model can reach that never looks at the source: all letters are equally likely, and after
/// i letters the word ends if it has so many.
double least_loss_without_source() {
  double sum = 0.0, n_places = 0.0;
  for (std::uint32_t i = 0; i <= longest; ++i) {
    const double n_lengths = longest + 1 - std::max(i, shortest);  // of the words that get so far
    const double p_end = i < shortest ? 0.0 : 1 / n_lengths;
    std::vector<double> target(n_task_letters, (1 - p_end) / n_task_letters);
    target.insert(target.end(), {p_end, 0.0, 0.0});  // </s>, <s>, <unk>
    sum += n_lengths * entropy_of_smoothed(target);
    n_places += n_lengths;
  }
  return sum / n_places;
}
//! [least_loss]

double least_loss() {
  std::vector<double> target(n_task_vocabulary, 0.0);
  target.front() = 1.0;
  return entropy_of_smoothed(target);
}

Schedule schedule_with(std::int64_t warmup_steps) {
  return paper_schedule(small.d_model, warmup_steps, 0.25f);
}

/// As with 100 steps of warm-up, but at the peak from the first step on.
Schedule without_ramp() {
  return [paper = schedule_with(100)](std::int64_t step) {
    return paper(std::max<std::int64_t>(step, 100));
  };
}

/// All tasks, learned once for both scenes.
const std::vector<Learned>& learned_tasks() {
  static const std::vector<Learned> tasks = {
      learn(Task::copying, "copying", schedule_with(100)),
      learn(Task::reversing, "reversing", schedule_with(100)),
      learn(Task::reversing, "without warm-up", schedule_with(1)),
      learn(Task::reversing, "same peak, no ramp", without_ramp())};
  return tasks;
}

}  // namespace

void show_learning(const SceneRequest& request) {
  const std::vector<Learned>& tasks = learned_tasks();
  std::vector<TableRow> table;
  for (const std::int64_t step : {1, 25, 50, 100, 150, 200, 300, 600}) {
    TableRow& row = table.emplace_back(TableRow{std::to_string(step)});
    for (const Learned& task : tasks) {
      row.push_back(number_text(task.losses[static_cast<size_t>(step - 1)], 2));
    }
  }
  fmt::print("loss, with label smoothing\n");
  TableRow head = {"step"};
  for (const Learned& task : tasks) head.push_back(task.name);
  print_table(head, table);
  value("the least that smoothed targets allow", least_loss(), 2);
  value("the least without a look at the source", least_loss_without_source(), 2);

  constexpr std::int64_t half_way = n_steps / 2;
  for (const Learned& task : tasks) {
    value(fmt::format("{}, after {} steps", task.name, half_way), task.losses[half_way - 1], 2);
  }

  std::vector<Series> lines;
  for (const Learned& task : tasks) {
    Series& line = lines.emplace_back(Series{task.name, {}, task.losses});
    for (std::int64_t step = 1; step <= n_steps; ++step) {
      line.x.push_back(static_cast<double>(step));
    }
  }
  request.draw("learning_curves", line_chart(lines, {.title = "Learning to copy and to reverse",
                                                     .x_label = "step",
                                                     .y_label = "loss",
                                                     .low_y = 0.0}));
}

void show_learned(const SceneRequest&) {
  std::vector<TableRow> table, examples;
  for (const Learned& task : learned_tasks()) {
    examples.insert(examples.end(), task.examples.begin(), task.examples.end());
    // The largest loss of the last 20 steps.
    const double spike = *std::max_element(task.losses.end() - 20, task.losses.end());
    table.push_back({task.name, std::to_string(task.n_right), number_text(task.percent_forced, 1),
                     number_text(task.percent_written, 1), number_text(spike, 2)});
  }
  fmt::print("{} words that no batch had\n", n_tested);
  print_table({"", "words right", "% of tokens right, reading the reference",
               "reading what it wrote", "late spike"},
              table);
  value("copied right to the letter", learned_tasks().front().n_right);
  print_table({"task", "word", "expected", "written"}, examples);
}

}  // namespace transformer
