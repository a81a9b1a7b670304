// Checks predict_heads by doing it.
#include <vector>

#include "chapters/04_multi_head_attention/exercises/predict_heads.hpp"
#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

constexpr Index d_model = 64, n_heads = 8, d_k = d_model / n_heads;

/// How many columns of head 0's query differ once the word's last number has grown.
Index n_changed(const ParameterStore& store) {
  const ConstMatrixView w_q = store.at("attention.w_qkv").variable.value().columns(0, d_k);
  Matrix word = normal_matrix(1, d_model, 2), before = zeros(1, d_k), after = before;
  matmul(view_of(word), w_q, view_of(before));
  word(0, d_model - 1) += 1;
  matmul(view_of(word), w_q, view_of(after));
  Index n = 0;
  for (size_t c = 0; c < d_k; ++c) n += before(0, c) != after(0, c);
  return n;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  ParameterStore store(1);
  const SelfAttention attention(store, "attention", d_model, n_heads);
  const auto n_parameters = static_cast<double>(store.n_parameters());

  Exercise exercise("predict_heads");
  exercise.expect("parameters with 8 heads", predicted_parameters_with_8_heads(), n_parameters,
                  {{8 * n_parameters, "8 matrices of 64 / 8 columns have together 64 columns"},
                   {n_parameters / 8, "a head is an eighth, and there are 8 of them"}},
                  "W^Q, W^K, W^V and W^O are (64, 64), however they are cut");
  exercise.expect("maps for 3 sentences", predicted_maps(), 3.0 * n_heads,
                  {{8, "words of different sentences never meet: each has maps of its own"},
                   {3, "each head has weights of its own"}},
                  "one map for each pair of sentence and head");
  exercise.expect("first column of head 2", predicted_first_column_of_head_2(), 2.0 * d_k,
                  {{2, "a head is a block of 8 columns that lie side by side"},
                   {8, "that is where head 1 begins: heads count from 0"}},
                  "head h has columns h d_k to (h + 1) d_k - 1");
  exercise.expect("changed columns of head 0's query", predicted_changed_columns_of_head_0(),
                  static_cast<double>(n_changed(store)),
                  {{0, "each head reads the whole word: its matrix has 64 rows"},
                   {1, "the number is multiplied by a whole row of W^Q: one number per column"}},
                  "q = x W^Q: which numbers of q have the last number of x in them?");
  return exercise.finish();
}
