// Runs the experiment of who_learns and compares it with what was predicted.
#include "chapters/01_embeddings/exercises/who_learns.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "chapters/01_embeddings/embedding.hpp"
#include "src/book/exercise.hpp"
#include "src/tensor/tensor.hpp"

int main() {
  using namespace transformer;
  constexpr Index n_vocabulary = 10, d_model = 16;
  const std::vector<TokenId> tokens = {3, 5, 3, 7, 3};
  Matrix dy = zeros(5, d_model);
  for (size_t i = 0; i < 5; ++i) xt::row(dy, static_cast<std::ptrdiff_t>(i)) = float(i + 1);
  ParameterStore store(0);
  const Embedding embedding(store, "embedding", n_vocabulary, d_model);
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  tape.backward(embedding(tape, tokens), view_of(dy));
  const Matrix gradient = matrix_of<float>(embedding.table().gradient());
  int n_rows = 0;
  for (size_t i = 0; i < n_vocabulary; ++i) n_rows += gradient(i, 0) != 0.0f;

  Exercise exercise("who_learns");
  exercise.expect("largest number of the gradient", predicted_largest(),
                  *std::max_element(gradient.begin(), gradient.end()),
                  {{9.0, "1 + 3 + 5 is right; and the lookup multiplied by sqrt(d_model) = 4"},
                   {20.0, "that is the last place of token 3 alone: it stands at three places"},
                   {12.0, "the places add up, they are not averaged"}},
                  "add what token 3 gets from its three places, and mind the factor");
  exercise.expect("row 5, column 0", predicted_row_5(), gradient(5, 0),
                  {{2.0, "the lookup multiplied by sqrt(d_model) = 4, so the gradient is, too"},
                   {5.0, "row 5 belongs to token 5, which stands at the second place"}},
                  "token 5 stands at one place, the second");
  exercise.expect("rows with a gradient", predicted_rows(), n_rows,
                  {{5.0, "five places, but not five tokens"},
                   {10.0, "a row that no place shows cannot change the loss"}},
                  "each token of the sentence has one row");
  exercise.expect("vector to encoding", predicted_ratio(),
                  std::sqrt(static_cast<double>(d_model)) / std::sqrt(d_model / 2.0),
                  {{1.0 / std::sqrt(2.0), "that is the encoding, divided by the vector"},
                   {1.0 / std::sqrt(8.0), "that is the row of the table, without the factor"}},
                  "divide sqrt(d_model) by sqrt(d_model / 2)", 1e-2);
  return exercise.finish();
}
