// Checks one_hot against the one-hot product and the chapter's embedding.
#include <cmath>
#include <vector>

#include "chapters/00_tensors_and_matmul/naive_matmul.hpp"
#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/01_embeddings/exercises/one_hot.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  constexpr Index n_vocabulary = 6, d_model = 4;
  const std::vector<TokenId> tokens = {4, 1, 4, 3};
  const Matrix dy = normal_matrix(std::ssize(tokens), d_model, 1);

  // sqrt(d_model) * onehot^T, times dy.
  Matrix one_hot = zeros(n_vocabulary, std::ssize(tokens));
  for (size_t i = 0; i < tokens.size(); ++i) {
    one_hot(tokens[i], i) = std::sqrt(static_cast<float>(d_model));
  }
  Matrix product = zeros(n_vocabulary, d_model);
  naive_matmul(view_of(one_hot), view_of(dy), view_of(product));

  ParameterStore store(0);
  const Embedding embedding(store, "embedding", n_vocabulary, d_model);
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  tape.backward(embedding(tape, tokens), view_of(dy));

  Matrix without_factor = product / 2.0f, by_place = zeros(n_vocabulary, d_model);
  for (size_t i = 0; i < tokens.size(); ++i) {
    for (size_t c = 0; c < d_model; ++c) by_place(i, c) = 2.0f * dy(i, c);
  }
  Matrix last_place = product;
  for (size_t c = 0; c < d_model; ++c) last_place(4, c) = 2.0f * dy(2, c);

  Exercise exercise("one_hot");
  exercise.name_places({"the", "dog", "ate", "cat", "a", "mouse"}, {});
  const Matrix actual = exercise_table_gradient(tokens, dy, n_vocabulary);
  exercise.expect("the one-hot product", view_of(actual), view_of(product),
                  {{view_of(without_factor), "the lookup has a factor, sqrt(d_model): here 2"},
                   {view_of(by_place), "dy's row i belongs to the word that stands at place i"},
                   {view_of(last_place), "`a` stands twice: its row gets something from both"}},
                  "row i of dy, times sqrt(d_model), is added to row tokens[i] of the gradient");
  exercise.expect("the chapter's gradient", view_of(actual), embedding.table().gradient(), "");
  return exercise.finish();
}
