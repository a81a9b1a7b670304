// Checks concatenate_heads against the chapter's own self-attention.
#include <vector>

#include "chapters/04_multi_head_attention/exercises/concatenate_heads.hpp"
#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "src/autograd/operations.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

constexpr Index n_tokens = 3, n_heads = 2, d_v = 4, d_model = n_heads * d_v;

/// The vectors of each head of a layer for a sentence.
std::vector<Matrix> heads_of(const SelfAttention& attention, Variable x) {
  const auto [q, k, v] = split_columns<3>(attention.project(x));
  std::vector<Matrix> heads;
  for (Index h = 0; h < n_heads; ++h) {
    const auto head = [h](Variable all) { return all.value().columns(h * d_v, (h + 1) * d_v); };
    Matrix weights = zeros(n_tokens, n_tokens), vectors = zeros(n_tokens, d_v);
    attention_forward(head(q), head(k), head(v), Mask::none, view_of(weights), view_of(vectors));
    heads.push_back(vectors);
  }
  return heads;
}

/// The heads with their columns in the order that `column_of(h, c)` says.
template <class ColumnOf>
Matrix arranged(const std::vector<Matrix>& heads, ColumnOf column_of) {
  Matrix all = zeros(n_tokens, d_model);
  for (Index h = 0; h < n_heads; ++h) {
    for (Index c = 0; c < d_v; ++c) {
      xt::col(all, column_of(h, c)) = xt::col(heads[static_cast<size_t>(h)], c);
    }
  }
  return all;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  ParameterStore store(1);
  const SelfAttention attention(store, "attention", d_model, n_heads);
  const Matrix x = normal_matrix(n_tokens, d_model, 1);
  const std::vector<Index> offsets = {0, n_tokens};
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const Variable in = tape.input(view_of(x));
  const Variable expected = attention(in, Segments{offsets}, Mask::none);
  const std::vector<Matrix> heads = heads_of(attention, in);
  const Matrix w_o = matrix_of<float>(ConstMatrixView(store.at("attention.w_o").variable.value()));
  const Matrix side_by_side = arranged(heads, [](Index h, Index c) { return h * d_v + c; }),
               mixed = arranged(heads, [](Index h, Index c) { return c * n_heads + h; }),
               reversed = arranged(heads, [](Index h, Index c) { return (1 - h) * d_v + c; });
  Matrix identity = zeros(d_model, d_model);
  for (Index i = 0; i < d_model; ++i) identity(i, i) = 1.0f;

  Exercise exercise("concatenate_heads");
  exercise.name_places({"dog", "ate", "cat"}, {});
  const Matrix concatenated = exercise_merge(heads, identity);
  exercise.expect("with W^O = I, the heads side by side", view_of(concatenated),
                  view_of(side_by_side),
                  {{view_of(mixed), "a head's columns stay together: c of head h is h d_v + c"},
                   {view_of(reversed), "head 0 comes first"}},
                  "head h goes to columns h d_v to (h + 1) d_v - 1");
  const Matrix merged = exercise_merge(heads, w_o);
  exercise.expect("MultiHead(x, x, x)", view_of(merged), expected.value(),
                  {{view_of(side_by_side), "the heads are side by side; W^O is still missing"}},
                  "the concatenated heads, (n_tokens, n_heads * d_v), times W^O");
  return exercise.finish();
}
