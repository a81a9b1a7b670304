#include "chapters/10_additive_attention/additive_attention.hpp"

#include <algorithm>

#include "src/base/error.hpp"
#include "src/tensor/shapes.hpp"

namespace transformer {
namespace {

/// The numbers of a matrix without gaps, seen in another shape.
template <class View>
View reshaped(const View& x, Index n_rows, Index n_columns) {
  return {x.data, n_rows, n_columns};
}

}  // namespace

//! [weights]
void additive_weights(ConstMatrixView q, ConstMatrixView k, ConstMatrixView v, MatrixView hidden,
                      MatrixView weights) {
  for (Index i = 0; i < q.n_rows; ++i) {
    for (Index j = 0; j < k.n_rows; ++j) {
      const float *q_i = q.row(i), *k_j = k.row(j);
      float* sum = hidden.row(i * k.n_rows + j);
      for (Index c = 0; c < q.n_columns; ++c) sum[c] = q_i[c] + k_j[c];
    }
  }
  map_forward(map_id<Tanh>, hidden, hidden);
  matmul(hidden, transposed(v), reshaped(weights, hidden.n_rows, 1));  // the scores
  softmax_forward(weights, 1, Mask::none, weights);
}
//! [weights]

//! [backward]
void additive_backward(ConstMatrixView v, ConstMatrixView values, ConstMatrixView hidden,
                       ConstMatrixView weights, ConstMatrixView dvectors, MatrixView dweights,
                       MatrixView dhidden, const AdditiveGradients& gradients) {
  const Index n_keys = values.n_rows, n_pairs = hidden.n_rows;
  // vectors = weights values, weights = softmax(scores)
  matmul(transposed(weights), dvectors, gradients.dvalues);
  matmul(dvectors, transposed(values), dweights);
  softmax_backward(weights, dweights, 1, dweights);
  // scores = hidden v^T
  const ConstMatrixView dscores = reshaped(dweights, n_pairs, 1);
  matmul(transposed(dscores), hidden, gradients.dv);
  matmul(dscores, v, dhidden);
  // hidden = tanh(q_i + k_j)
  map_backward(map_id<Tanh>, hidden, hidden, dhidden, dhidden);
  const auto of_query = [&](Index i) { return dhidden.rows(i * n_keys, (i + 1) * n_keys); };
  for (Index i = 0; i < weights.n_rows; ++i) sum_rows(of_query(i), gradients.dq.rows(i, i + 1));
  Into dk = gradients.dk;
  for (Index i = 0; i < weights.n_rows; ++i) {
    copy_to(of_query(i), dk);
    dk = dk.to_add_to();
  }
  // Where nothing asked, a sum of no products: zero.
  if (weights.n_rows == 0) matmul(transposed(weights), dhidden.rows(0, 0), dk);
}
//! [backward]

namespace {

constexpr std::string_view name = "additive_attention";

/// The pairs of a query and a key of all sentences, one sentence after the other.
struct Pairs {
  Segments queries, keys;
  Segments pairs;      // of each sentence
  MatrixView hidden;   // (n_pairs, d)
  MatrixView weights;  // (1, n_pairs)

  Pairs(Tape& tape, const Segments& of_queries, const Segments& of_keys, Index d)
      : queries(of_queries), keys(of_keys) {
    const std::span<Index> offsets = tape.arena().allocate<Index>(queries.count() + 1);
    offsets[0] = 0;
    for (Index s = 0; s < queries.count(); ++s) {
      offsets[static_cast<size_t>(s) + 1] =
          offsets[static_cast<size_t>(s)] + queries.length(s) * keys.length(s);
    }
    pairs = {offsets};
    hidden = tape.scratch({pairs.n_rows(), d});
    weights = tape.scratch({1, pairs.n_rows()});
  }

  template <class Packed>
  Packed of_queries(const Packed& packed, Index s) const {
    return packed.rows(queries.begin(s), queries.end(s));
  }
  template <class Packed>
  Packed of_keys(const Packed& packed, Index s) const {
    return packed.rows(keys.begin(s), keys.end(s));
  }
  MatrixView hidden_of(Index s) const { return hidden.rows(pairs.begin(s), pairs.end(s)); }
  MatrixView weights_of(Index s) const {
    return {weights.data + pairs.begin(s), queries.length(s), keys.length(s)};
  }
  Index most() const {
    Index n = 0;
    for (Index s = 0; s < pairs.count(); ++s) n = std::max(n, pairs.length(s));
    return n;
  }
};

void require(Variable q, Variable k, Variable v, Variable values, const Segments& queries,
             const Segments& keys) {
  require_shapes(q.n_columns() == k.n_columns(), name, "q", q.shape(), "k", k.shape());
  require_shapes(v.shape() == Shape{1, q.n_columns()}, name, "v", v.shape(), "q", q.shape());
  require_shapes(k.n_rows() == values.n_rows(), name, "k", k.shape(), "values", values.shape());
  require_segments(name, "q", queries, q.n_rows());
  require_segments(name, "k", keys, k.n_rows());
  if (queries.count() != keys.count()) {
    fail(ExitCode::internal, "{}: {} sentences of queries, {} of keys", name, queries.count(),
         keys.count());
  }
  for (Index s = 0; s < queries.count(); ++s) {
    if (queries.length(s) == 0 || keys.length(s) > 0) continue;
    fail(ExitCode::internal, "{}: sentence {} has queries and no key", name, s);
  }
}

void backward_of_sentences(const BackwardPass& pass, const Pairs& pairs, Variable q, Variable k,
                           Variable v, Variable values) {
  const Index n = pairs.queries.count(), d = q.n_columns(), most = pairs.most();
  const ConstMatrixView all_values = values.value(), dvectors = pass.dy;
  // In the order in which they are written: some may be one variable.
  const Into dvalues = pass.into(values), dq = pass.into(q), dk = pass.into(k);
  const MatrixView dv = pass.tape.scratch({n, d});  // of each sentence, added in their order
  const MatrixView dhidden = pass.tape.scratch({pass.threads.count() * most, d});
  const MatrixView dweights = pass.tape.scratch({pass.threads.count(), most});
  pass.threads.parallel_for(n, [&](Index s, int worker) {
    const ConstMatrixView weights = pairs.weights_of(s);
    additive_backward(v.value(), pairs.of_keys(all_values, s), pairs.hidden_of(s), weights,
                      pairs.of_queries(dvectors, s),
                      {dweights.row(worker), weights.n_rows, weights.n_columns},
                      dhidden.rows(worker * most, worker * most + pairs.pairs.length(s)),
                      {pairs.of_queries(dq, s), pairs.of_keys(dk, s), dv.rows(s, s + 1),
                       pairs.of_keys(dvalues, s)});
  });
  sum_rows(dv, pass.into(v), pass.threads);
}

}  // namespace

Variable additive_attention(Variable q, Variable k, Variable v, Variable values,
                            const Segments& queries, const Segments& keys) {
  require(q, k, v, values, queries, keys);
  const Pairs pairs(tape_of(name, {q, k, values}), queries, keys, q.n_columns());
  return operation(
      name, {q, k, v, values}, {q.n_rows(), values.n_columns()},
      [&](const ForwardPass& pass) {
        const ConstMatrixView all_q = q.value(), all_k = k.value(), all_values = values.value();
        pass.threads.parallel_for(queries.count(), [&](Index s) {
          const MatrixView weights = pairs.weights_of(s);
          additive_weights(pairs.of_queries(all_q, s), pairs.of_keys(all_k, s), v.value(),
                           pairs.hidden_of(s), weights);
          matmul(weights, pairs.of_keys(all_values, s), pairs.of_queries(pass.y, s));
        });
      },
      [=](const BackwardPass& pass) { backward_of_sentences(pass, pairs, q, k, v, values); });
}

}  // namespace transformer
