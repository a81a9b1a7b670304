// Checks table_gradient against the chapter's embedding.
#include <algorithm>
#include <vector>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/01_embeddings/exercises/table_gradient.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

void compare(Exercise& exercise, const std::vector<TokenId>& tokens, const char* what) {
  constexpr Index n_vocabulary = 4, d_model = 4;
  const Matrix dy = normal_matrix(std::ssize(tokens), d_model, 1);
  ParameterStore store(0);
  const Embedding embedding(store, "embedding", n_vocabulary, d_model);
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  tape.backward(embedding(tape, tokens), view_of(dy));

  // What one gets who keeps the last or the first place of each word alone, or the mean of them.
  Matrix last = zeros(n_vocabulary, d_model), first = last, sum = last;
  std::vector<float> count(n_vocabulary);
  for (size_t i = 0; i < tokens.size(); ++i) {
    const TokenId t = tokens[i];
    for (size_t c = 0; c < d_model; ++c) {
      last(t, c) = 2.0f * dy(i, c);
      if (count[t] == 0.0f) first(t, c) = last(t, c);
      sum(t, c) += last(t, c);
    }
    ++count[t];
  }
  Matrix mean = sum, half = sum / 2.0f;
  for (size_t t = 0; t < n_vocabulary; ++t) {
    for (size_t c = 0; c < d_model; ++c) mean(t, c) /= std::max(1.0f, count[t]);
  }
  const Matrix actual = exercise_table_gradient(tokens, dy, n_vocabulary);
  exercise.expect(
      what, view_of(actual), embedding.table().gradient(),
      {{view_of(half), "the lookup multiplies by sqrt(d_model), so its gradient does"},
       {view_of(last), "`the` stands in two places: which does its gradient come from?"},
       {view_of(first), "this is the gradient of the first place of each word alone"},
       {view_of(mean), "the loss depends on all places: their sum, not their mean"}},
      "each place adds its gradient, times sqrt(d_model), to the row of its word");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("table_gradient");
  exercise.name_places({"the", "dog", "ate", "cat"}, {});
  compare(exercise, {1, 2, 3}, "gradient for `dog ate cat`");
  compare(exercise, {0, 1, 2, 0, 3}, "gradient for `the dog ate the cat`");
  return exercise.finish();
}
