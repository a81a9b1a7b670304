#include "chapters/08_translation/program/demonstrations.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "chapters/06_decoder/program/reverser.hpp"
#include "chapters/08_translation/beam_search.hpp"
#include "chapters/08_translation/bleu.hpp"
#include "src/book/sections.hpp"

namespace transformer {

// ---- BLEU -------------------------------------------------------------------------------------

void show_bleu(const SceneRequest&) {
  const std::vector<std::string> hypothesis = {"le le chat noir ne voit pas le chien"},
                                 reference = {"le chat noir ne voit pas le vieux chien brun"};
  fmt::print("hypothesis: {}\nreference:  {}\n", hypothesis[0], reference[0]);
  const BleuScore score = bleu(hypothesis, reference, BleuTokenizer::none);
  const NgramCounts& counts = score.counts;
  std::vector<TableRow> table;
  double log_sum = 0;
  for (size_t i = 0; i < max_ngram; ++i) {
    const double precision =
        static_cast<double>(counts.n_matches[i]) / static_cast<double>(counts.n_ngrams[i]);
    log_sum += std::log(precision);
    table.push_back({std::to_string(i + 1), std::to_string(counts.n_ngrams[i]),
                     std::to_string(counts.n_matches[i]), number_text(precision, 4),
                     number_text(std::log(precision), 4)});
  }
  print_table({"n", "n-grams", "matches", "precision", "log"}, table);
  const double ratio =
      static_cast<double>(counts.reference_length) / static_cast<double>(counts.hypothesis_length);
  const double penalty = std::min(1.0, std::exp(1 - ratio));
  fmt::print("'le' stands three times in the hypothesis, twice in the reference: two matches\n");
  fmt::print("brevity penalty: exp(1 - {} / {}) = {}\n", counts.reference_length,
             counts.hypothesis_length, number_text(penalty, 4));
  fmt::print("by hand: 100 * {} * exp({} / 4) = {}\n", number_text(penalty, 4),
             number_text(log_sum, 4), number_text(100 * penalty * std::exp(log_sum / 4), 2));
  value("bleu()", score.score, 2);
}

void show_bleu_of_what(const SceneRequest&) {
  const std::vector<std::string> written = {"il n'aime pas l'hiver, mais il court."},
                                 expected = {"il n'aime pas l'hiver mais il court."};
  fmt::print("hypothesis: {}\nreference:  {}\n", written[0], expected[0]);
  for (const BleuTokenizer tokenizer : {BleuTokenizer::none, BleuTokenizer::mteval_v13a}) {
    const BleuScore other = bleu(written, expected, tokenizer);
    value(other.signature(), other.score, 2);
  }
}

// ---- Search -----------------------------------------------------------------------------------

namespace {

PackedSentences source_of(const std::string& word) {
  PackedSentences source;
  append_source(tokens_of(word), source);
  return source;
}

std::string word_of(const Translation& translation) {
  return fmt::format("{}", fmt::join(letters_of(translation.tokens), ""));
}

}  // namespace

void show_search(const SceneRequest& request) {
  const Reverser reverser;
  Tape tape(Threads::serial());
  const BeamConfig beam_of{.size = request.integer("beam", 1, 64)};
  std::vector<TableRow> table;
  double last_greedy = 0, last_beam = 0;
  for (const std::string word : {"jackal", "hlcjk", "fgbg", "iigl"}) {
    const PackedSentences source = source_of(word);
    const Translation greedy = greedy_decode(reverser.model, tape, source)[0],
                      beam = beam_search(reverser.model, tape, source, beam_of)[0];
    table.push_back({word, word_of(greedy), number_text(greedy.log_probability), word_of(beam),
                     number_text(beam.log_probability)});
    last_greedy = greedy.log_probability;
    last_beam = beam.log_probability;
  }
  print_table({"to reverse", "greedy", "log p", fmt::format("beam of {}", beam_of.size), "log p"},
              table);
  value("log p of the last word, greedy", last_greedy, 3);
  value("log p of the last word, beam", last_beam, 3);
  for (const Index size : {4, 32}) {
    const BeamConfig without_penalty{.size = size, .length_penalty = 0};
    const Translation found =
        beam_search(reverser.model, tape, source_of("kcmcgbekf"), without_penalty)[0];
    value(fmt::format("log p for kcmcgbekf, beam of {}", size), found.log_probability, 3);
  }
}

void show_length_penalty(const SceneRequest& request) {
  const Reverser reverser;
  Tape tape(Threads::serial());
  const std::string& word = request.text("word");
  const PackedSentences source = source_of(word);
  std::vector<TableRow> table;
  for (const double penalty : {0.0, 0.6, 1.0, 2.0, 3.0}) {
    const BeamConfig beam{.size = 4, .length_penalty = penalty};
    GrowingTranslations growing(reverser.model, tape, source, beam.size);
    const RankedTranslation best = beam_search_n_best(growing, tape.threads(), beam)[0][0];
    table.push_back({number_text(penalty, 1), word_of(best), number_text(best.log_probability),
                     number_text(best.log_probability / best.score), number_text(best.score)});
  }
  fmt::print("to reverse: {}\n", word);
  print_table({"penalty", "best", "log p", "((5 + length) / 6)^penalty", "score"}, table);
}

}  // namespace transformer
