// Checks length_penalty against the chapter's beam search, which sees all translations here.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/08_translation/beam_search.hpp"
#include "chapters/08_translation/exercises/length_penalty.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// All translations of one sentence that are at most three tokens long, with what an untrained
/// model gives them. Its vocabulary has four tokens, so there are 1 + 3 + 9 + 27 of them.
std::vector<Finished> all_translations(const Transformer& model, Tape& tape,
                                       const PackedSentences& source, SentenceMarks marks) {
  std::vector<Finished> finished;
  GrowingTranslations growing(model, tape, source, 27);
  std::vector<TokenId> newest = {marks.begin};
  std::vector<double> log_probabilities = {0.0};
  for (Index length = 1; length <= 4; ++length) {
    const ConstMatrixView logits = growing.append(newest);
    Matrix probabilities = zeros(logits.n_rows, logits.n_columns);
    softmax_forward(logits, 1.0f, Mask::none, view_of(probabilities));
    std::vector<Index> parents;
    std::vector<TokenId> tokens;
    std::vector<double> next;
    for (Index r = 0; r < growing.n_rows(); ++r) {
      for (TokenId token = 0; token < 4; ++token) {
        const double log_probability = log_probabilities[static_cast<size_t>(r)] +
                                       std::log(static_cast<double>(probabilities(r, token)));
        if (token == marks.end) {
          finished.push_back({log_probability, length});
        } else if (length < 4) {
          parents.push_back(r);
          tokens.push_back(token);
          next.push_back(log_probability);
        }
      }
    }
    growing.continue_from(parents);
    newest = tokens;
    log_probabilities = next;
  }
  return finished;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("length_penalty");
  exercise.expect("score of log probability -3, length 1", exercise_score({-3.0, 1}, 0.6), -3.0,
                  "(5 + 1) / 6 is 1: the shortest translation keeps its log probability");
  exercise.expect("score of log probability -3, length 7", exercise_score({-3.0, 7}, 1.0), -1.5,
                  {{-6.0, "the log probability is divided by it, not multiplied: longer is better"},
                   {-3.0 / 7.0, "that is the length alone: Wu et al. take (5 + length) / 6"},
                   {-3.0, "(5 + 7) / 6 is 2: is something cut off, or alpha left out?"}},
                  "with alpha = 1 the log probability is divided by (5 + 7) / 6");

  ParameterStore store(3);
  const Transformer model(
      store, {.d_model = 8, .d_ff = 16, .n_heads = 2, .n_layers = 1, .n_positions = 4}, 4);
  PackedSentences source;
  append_source(std::vector<TokenId>{3, 0}, source);
  Tape tape(Threads::serial());
  const std::vector<Finished> finished = all_translations(model, tape, source, {});
  for (const double alpha : {0.0, 0.6, 4.0}) {
    // So wide a beam sees every translation.
    const BeamConfig beam{.size = 100, .length_penalty = alpha};
    const Translation best = beam_search(model, tape, source, beam).front();
    const size_t chosen = std::min(exercise_best(finished, alpha), finished.size() - 1);
    exercise.expect(
        "log probability of the best with alpha = " + std::to_string(alpha).substr(0, 3),
        finished[chosen].log_probability, best.log_probability,
        "scores are negative: the best is the one nearest to 0");
  }
  return exercise.finish();
}
