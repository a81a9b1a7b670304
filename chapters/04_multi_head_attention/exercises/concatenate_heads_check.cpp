// Checks concatenate_heads against the chapter's own self-attention.
#include <string>
#include <vector>

#include "chapters/04_multi_head_attention/exercises/concatenate_heads.hpp"
#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "src/autograd/operations.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  constexpr Index n_tokens = 3, n_heads = 2, d_v = 4, d_model = n_heads * d_v;
  ParameterStore store(1);
  const SelfAttention attention(store, "attention", d_model, n_heads);
  const Matrix x = normal_matrix(n_tokens, d_model, 1);
  const std::vector<Index> offsets = {0, n_tokens};
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const Variable in = tape.input(view_of(x));
  const Variable expected = attention(in, Segments{offsets}, Mask::none);

  const auto [q, k, v] = split_columns<3>(attention.project(in));
  std::vector<Matrix> heads;
  for (Index h = 0; h < n_heads; ++h) {
    const auto head = [h](Variable all) { return all.value().columns(h * d_v, (h + 1) * d_v); };
    Matrix weights = zeros(n_tokens, n_tokens), out = zeros(n_tokens, d_v);
    attention_forward(head(q), head(k), head(v), Mask::none, view_of(weights), view_of(out));
    heads.push_back(out);
  }
  const Matrix w_o = matrix_of<float>(ConstMatrixView(store.at("attention.w_o").variable.value()));

  Exercise exercise("concatenate_heads");
  Matrix identity = zeros(d_model, d_model);
  for (Index i = 0; i < d_model; ++i) identity(i, i) = 1.0f;
  const Matrix concatenated = exercise_merge(heads, identity);
  for (Index h = 0; h < n_heads; ++h) {
    exercise.expect("with W^O = I, the columns of head " + std::to_string(h),
                    view_of(concatenated).columns(h * d_v, (h + 1) * d_v),
                    view_of(heads[static_cast<size_t>(h)]),
                    "head h goes to columns [h d_v, (h + 1) d_v)");
  }
  const Matrix merged = exercise_merge(heads, w_o);
  exercise.expect("MultiHead(x, x, x)", view_of(merged), expected.value(),
                  "the concatenated heads, (n_tokens, n_heads * d_v), times W^O");
  return exercise.finish();
}
