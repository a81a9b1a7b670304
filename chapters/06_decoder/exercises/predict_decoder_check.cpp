// Compares the predictions with experiments on the chapter's small model.
#include <numeric>
#include <vector>

#include "chapters/06_decoder/exercises/predict_decoder.hpp"
#include "chapters/06_decoder/program/reverser.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

const Reverser& reverser() {
  static const Reverser the_reverser;
  return the_reverser;
}

Matrix memory_of(const TranslationBatch& batch) {
  Tape tape(Threads::serial());
  return matrix_of<float>(ConstMatrixView(reverser().model.encode(tape, batch.source).value()));
}

Matrix logits_for(const TranslationBatch& batch) {
  Tape tape(Threads::serial());
  return matrix_of<float>(logits_of(reverser().model, tape, batch));
}

double n_changed_rows(const Matrix& a, const Matrix& b) {
  double n = 0;
  for (Index i = 0; i < static_cast<Index>(a.shape(0)); ++i) {
    n += largest_difference(view_of(a).rows(i, i + 1), view_of(b).rows(i, i + 1)) > 0;
  }
  return n;
}

double n_visible(Index n) {
  Matrix weights = zeros(n, n);
  softmax_forward(view_of(weights), 1, Mask::causal, view_of(weights));
  double n_visible = 0;
  for (const float weight : weights) n_visible += weight > 0;
  return n_visible;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const TranslationBatch batch = batch_of("jackal", "lakcaj");
  TranslationBatch other_target = batch, other_source = batch;
  other_target.target_input.tokens[2] = token_of('m');
  other_source.source.tokens[0] = token_of('m');
  const Matrix logits = logits_for(batch);

  Exercise exercise("predict_decoder");
  exercise.expect("positions that notice", predicted_positions_that_notice(),
                  n_changed_rows(logits, logits_for(other_target)),
                  {{4, "position 2 reads the changed token itself"},
                   {7, "earlier positions do not see it: the mask"},
                   {1, "all later positions see it, too"}},
                  "who sees position 2?");
  exercise.expect("rows of the memory", predicted_rows_of_memory(),
                  n_changed_rows(memory_of(batch), memory_of(other_source)),
                  {{1, "the encoder has no mask: every word may see every other"},
                   {6, "the end mark's row looks at the letters, too"}},
                  "which mask does the encoder use?");
  exercise.expect("positions that hear of the source", predicted_positions_that_hear_of_it(),
                  n_changed_rows(logits, logits_for(other_source)),
                  {{1, "each position may look at the whole memory, and all of it has changed"},
                   {6, "position 0 looks at the memory, too: it has to write the first letter"}},
                  "which positions look at the memory?");
  exercise.expect("pairs that the mask leaves", predicted_visible_pairs(), n_visible(10),
                  {{45, "each token sees itself, too"}, {100, "that is without the mask"}},
                  "1 for the first, 2 for the second, ...");
  std::vector<double> steps(11);
  std::iota(steps.begin(), steps.end(), 1.0);
  exercise.expect("rows without a cache", predicted_rows_without_a_cache(),
                  std::accumulate(steps.begin(), steps.end(), 0.0),
                  {{55, "the end mark takes a step, too: eleven steps"},
                   {11, "that is with a cache: one row in each step"},
                   {10, "that is with a cache, and without the step of the end mark"}},
                  "in the first step it reads <s> alone: one row; in the second two; ...");
  return exercise.finish();
}
