// Checks duplicate_token against the chapter's embedding.
#include <vector>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/01_embeddings/exercises/duplicate_token.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

void compare(Exercise& exercise, const std::vector<TokenId>& tokens, const char* what,
             const char* hint) {
  constexpr Index n_vocabulary = 6, d_model = 4;
  const Matrix dy = normal_matrix(std::ssize(tokens), d_model, 1);
  ParameterStore store(0);
  const Embedding embedding(store, "embedding", n_vocabulary, d_model);
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  tape.backward(embedding(tape, tokens), view_of(dy));
  const Matrix actual = exercise_table_gradient(tokens, dy, n_vocabulary);
  exercise.expect(what, view_of(actual), embedding.table().gradient(), hint);
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("duplicate_token");
  compare(exercise, {4, 1, 3}, "every token once", "");
  compare(exercise, {4, 1, 4}, "a token twice",
          "token 4 stands in two places: which of the two does its gradient come from?");
  return exercise.finish();
}
