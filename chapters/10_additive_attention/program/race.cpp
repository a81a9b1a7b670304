#include "chapters/10_additive_attention/program/race.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

#include "chapters/08_translation/bleu.hpp"
#include "chapters/08_translation/program/demonstrations.hpp"
#include "chapters/08_translation/program/short_sentences.hpp"
#include "chapters/10_additive_attention/program/demonstrations.hpp"
#include "src/book/sections.hpp"
#include "src/data/tokens.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

constexpr Index d_transformer = 64, n_checks = 12;
/// The classes of sentences, by the most words of the source.
constexpr Index most_words[] = {5, 7, 9, 100};

/// What all learn, and what they are asked.
struct Course {
  Course() {
    for (const std::string& line : sources) {
      std::vector<TokenId> ids;
      vocabulary.encode(split(line), ids);
      append_source(ids, asked);
    }
  }

  std::string line_of(const Translation& translation) const {
    std::vector<std::string_view> words;
    for (const TokenId token : translation.tokens) words.push_back(vocabulary.token(token));
    return with_spaces(words);
  }

  const Vocabulary& vocabulary = toy_corpus().vocabulary;
  ParallelCorpus training = encode(toy_corpus().text, vocabulary);
  ParallelText held_out = held_out_text();
  std::vector<std::string> sources = lines_of(held_out, held_out.source),
                           references = lines_of(held_out, held_out.target);
  PackedSentences asked;
};

/// How a model fared, the mean over all its runs.
struct Run {
  std::vector<double> updates, seconds, bleu;
  std::vector<double> right_by_length = std::vector<double>(std::size(most_words));
};

/// The percentage of sentences that are right to the letter, by the words of the source.
std::vector<double> right_by_length(const Course& course, const std::vector<std::string>& written) {
  std::vector<double> n_right(std::size(most_words)), n_asked(std::size(most_words));
  for (size_t i = 0; i < written.size(); ++i) {
    size_t length_class = 0;
    while (course.held_out.source.segments().length(static_cast<Index>(i)) >
           most_words[length_class]) {
      ++length_class;
    }
    n_asked[length_class] += 1;
    n_right[length_class] += written[i] == course.references[i];
  }
  for (size_t c = 0; c < n_right.size(); ++c) n_right[c] *= 100 / n_asked[c];
  return n_right;
}

//! [run]
/// Trains a model and adds what it can do to `run`, a share of all runs.
void race(Racer& racer, const Course& course, std::int64_t n_steps, std::uint64_t seed,
          double share, Run& run) {
  Batches batches = batches_of(course.training, 1024, seed);
  TranslationBatch batch;
  double seconds = 0;
  for (Index check = 0; check < n_checks; ++check) {
    const std::clock_t start = std::clock();  // of the processor: others may use it, too
    const std::int64_t end = n_steps * (check + 1) / n_checks;
    for (std::int64_t step = n_steps * check / n_checks; step < end; ++step) {
      fill(batch, course.training, batches.next());
      racer.step(batch);
    }
    seconds += static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;

    std::vector<std::string> written;
    for (const Translation& translation : racer.translate(course.asked)) {
      written.push_back(course.line_of(translation));
    }
    const auto i = static_cast<size_t>(check);
    run.updates[i] = static_cast<double>(end);
    run.seconds[i] += share * seconds;
    run.bleu[i] += share * bleu(written, course.references, BleuTokenizer::none).score;
    if (check + 1 < n_checks) continue;
    const std::vector<double> right = right_by_length(course, written);
    for (size_t c = 0; c < right.size(); ++c) run.right_by_length[c] += share * right[c];
  }
}
//! [run]

/// The even width with which a model has about as many parameters as the Transformer.
Index fair_width(const Contender& contender, Index n_parameters, Index n_vocabulary) {
  const auto distance = [&](Index d_model) {
    return std::abs(contender.make(d_model, n_vocabulary, 1)->n_parameters() - n_parameters);
  };
  Index d_model = 32;
  while (distance(d_model + 2) < distance(d_model)) d_model += 2;
  return d_model;
}

/// The mean BLEU after so many seconds, on the line between two checks; the last one after them.
std::string bleu_after(const Run& run, double seconds) {
  double time = 0, score = 0;
  for (size_t i = 0; i < run.seconds.size(); ++i) {
    if (run.seconds[i] >= seconds) {
      const double part = (seconds - time) / (run.seconds[i] - time);
      return number_text(score + part * (run.bleu[i] - score), 1);
    }
    time = run.seconds[i], score = run.bleu[i];
  }
  return "ended";
}

void show_tables(const std::vector<std::string>& names, const std::vector<Run>& runs) {
  TableRow head = {""};
  head.insert(head.end(), names.begin(), names.end());
  const auto table = [&](const TableRow& labels, auto cell) {
    std::vector<TableRow> rows;
    for (size_t i = 0; i < labels.size(); ++i) {
      TableRow& row = rows.emplace_back(TableRow{labels[i]});
      for (const Run& run : runs) row.push_back(cell(run, i));
    }
    print_table(head, rows);
  };
  TableRow updates;
  for (const double n : runs[0].updates) updates.push_back(number_text(n, 0));
  fmt::print("BLEU after so many updates\n");
  table(updates, [](const Run& run, size_t i) { return number_text(run.bleu[i], 1); });

  const double seconds[] = {4, 8, 12, 16, 20};
  TableRow times;
  for (const double time : seconds) times.push_back(number_text(time, 0));
  fmt::print("BLEU after so many seconds of training\n");
  table(times, [&](const Run& run, size_t i) { return bleu_after(run, seconds[i]); });

  fmt::print("sentences right to the letter at the end, in percent, by words of the source\n");
  table({"up to 5", "6 or 7", "8 or 9", "10 and more"},
        [](const Run& run, size_t i) { return number_text(run.right_by_length[i], 1); });
}

void draw(const SceneRequest& request, const std::vector<std::string>& names,
          const std::vector<Run>& runs) {
  std::vector<Series> by_updates, by_seconds, by_length;
  for (size_t i = 0; i < runs.size(); ++i) {
    by_updates.push_back({names[i], runs[i].updates, runs[i].bleu});
    by_seconds.push_back({names[i], runs[i].seconds, runs[i].bleu});
    by_length.push_back({names[i], {5, 7, 9, 11}, runs[i].right_by_length});
  }
  const auto chart = [&](const std::string& name, const std::vector<Series>& lines,
                         const std::string& x_label, const std::string& y_label) {
    request.draw(name, line_chart(lines, {.title = "Five models with as many parameters",
                                          .x_label = x_label,
                                          .y_label = y_label,
                                          .low_y = 0.0,
                                          .high_y = 100.0}));
  };
  chart("race_updates", by_updates, "updates", "BLEU");
  chart("race_seconds", by_seconds, "seconds of training", "BLEU");
  chart("race_by_length", by_length, "words of the source, at most (right end: 10 and more)",
        "sentences right, %");
}

}  // namespace

void show_race(const SceneRequest& request) {
  const auto n_steps = static_cast<std::int64_t>(request.integer("steps", n_checks, 1000000));
  const Index n_seeds = request.integer("seeds", 1, 100);
  const Course course;
  const Index n_vocabulary = course.vocabulary.size();
  const Index n_parameters =
      contenders().back().make(d_transformer, n_vocabulary, 1)->n_parameters();
  std::vector<std::string> names;
  std::vector<Run> runs;
  std::vector<TableRow> table;
  for (const Contender& contender : contenders()) {
    const bool is_last = &contender == &contenders().back();
    const Index d_model =
        is_last ? d_transformer : fair_width(contender, n_parameters, n_vocabulary);
    Run run{std::vector<double>(n_checks), std::vector<double>(n_checks),
            std::vector<double>(n_checks)};
    Index n_own = 0;
    for (Index seed = 1; seed <= n_seeds; ++seed) {
      const auto number = static_cast<std::uint64_t>(seed);
      const std::unique_ptr<Racer> racer = contender.make(d_model, n_vocabulary, number);
      n_own = racer->n_parameters();
      race(*racer, course, n_steps, number, 1.0 / static_cast<double>(n_seeds), run);
      fmt::print(stderr, "{}, seed {}: {:.1f} s, BLEU {:.1f}\n", contender.name, seed,
                 run.seconds.back(), run.bleu.back());
    }
    table.push_back({contender.name, std::to_string(d_model), std::to_string(n_own),
                     number_text(1000 * run.seconds.back() / static_cast<double>(n_steps), 1),
                     number_text(run.bleu.back(), 1)});
    names.push_back(contender.name);
    runs.push_back(std::move(run));
  }
  value("runs of each model", n_seeds);
  print_table({"model", "width", "parameters", "ms per update", "BLEU at the end"}, table);
  show_tables(names, runs);
  draw(request, names, runs);
}

}  // namespace transformer
