// Runs what predict_scores predicts.
#include <string>
#include <vector>

#include "chapters/06_decoder/program/reverser.hpp"
#include "chapters/08_translation/beam.hpp"
#include "chapters/08_translation/bleu.hpp"
#include "chapters/08_translation/exercises/predict_scores.hpp"
#include "chapters/08_translation/program/byte_pairs.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

double bleu_of(const std::string& hypothesis, const std::string& reference) {
  const std::vector<std::string> hypotheses = {hypothesis}, references = {reference};
  return bleu(hypotheses, references, BleuTokenizer::none).score;
}

double n_pieces_after_a_merge(const Pieces& word) {
  const Words words = {{word, 1}};
  const Words merged = after_merging(words, most_frequent_pair(words).first);
  return static_cast<double>(merged.begin()->first.size());
}

double winners_length() {
  const BeamConfig beam;
  return score_of(-2.0, 4, beam) > score_of(-2.4, 8, beam) ? 4.0 : 8.0;
}

double beam_of_1_less_greedy_measured() {
  const Reverser reverser;
  Tape tape(Threads::serial());
  PackedSentences source;
  append_source(tokens_of("iigl"), source);
  return beam_search(reverser.model, tape, source, {.size = 1})[0].log_probability -
         greedy_decode(reverser.model, tape, source)[0].log_probability;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("predict_scores");
  exercise.expect("BLEU of the first half", bleu_of_the_first_half(),
                  bleu_of("a b c d e", "a b c d e f g h i j"),
                  {{100.0, "all that it says is right, but half is missing: the brevity penalty"},
                   {50.0, "the brevity penalty is no share: it is exp(1 - 10 / 5)"},
                   {0.3679, "BLEU counts up to 100"}},
                  "all four precisions are 1; what is the brevity penalty?", 1e-3);
  exercise.expect("padding of 2 and 10", padding_of_2_and_10(), 100.0 * (20.0 - 12.0) / 20.0,
                  {{60.0, "that is the share of the tokens; the rest is padding"},
                   {0.4, "in percent"},
                   {8.0, "so many cells; in percent of 20 cells?"}},
                  "the rectangle has 2 rows of 10 cells, and 12 tokens", 1e-3);
  exercise.expect(
      "pieces of aaaa", pieces_of_aaaa(), n_pieces_after_a_merge({"a", "a", "a", "a_"}),
      {{2.0, "the last letter carries the mark of the end: it is another piece than `a`"},
       {4.0, "one pair was joined: there is one piece less"}},
      "walk from left to right: what was joined just now is not joined again", 1e-3);
  exercise.expect(
      "tokens of the winner", length_of_the_winner(), winners_length(),
      {{4.0, "by log p alone; the longer one is divided by more, and ends nearer to 0"}},
      "divide each by ((5 + length) / 6)^0.6", 1e-3);
  exercise.expect("a beam of 1 less greedy", beam_of_1_less_greedy(),
                  beam_of_1_less_greedy_measured(), {},
                  "with one hypothesis only the likeliest continuation goes on", 1e-6);
  return exercise.finish();
}
