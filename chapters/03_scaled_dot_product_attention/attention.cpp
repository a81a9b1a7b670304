#include "chapters/03_scaled_dot_product_attention/attention.hpp"

#include <algorithm>
#include <cmath>

#include "src/autograd/operations.hpp"
#include "src/base/error.hpp"

namespace transformer {
namespace {

float score_scale(ConstMatrixView q) { return 1.0f / std::sqrt(static_cast<float>(q.n_columns)); }

}  // namespace

//! [weights]
void attention_weights(ConstMatrixView q, ConstMatrixView k, Mask mask, MatrixView weights) {
  matmul(q, transposed(k), weights);  // the scores, (n_queries, n_keys)
  softmax_forward(weights, score_scale(q), mask, weights);
}
//! [weights]

//! [forward]
void attention_forward(ConstMatrixView q, ConstMatrixView k, ConstMatrixView v, Mask mask,
                       MatrixView weights, MatrixView out) {
  attention_weights(q, k, mask, weights);
  matmul(weights, v, out);  // (n_queries, d_v)
}
//! [forward]

//! [backward]
void attention_backward(ConstMatrixView q, ConstMatrixView k, ConstMatrixView v, Mask mask,
                        ConstMatrixView dout, MatrixView weights, MatrixView dweights, Into dq,
                        Into dk, Into dv) {
  attention_weights(q, k, mask, weights);
  // out = weights v
  matmul(transposed(weights), dout, dv);
  if (!dq.is_wanted() && !dk.is_wanted()) return;
  matmul(dout, transposed(v), dweights);
  // weights = softmax(scores / sqrt(d_k)): from here on `dweights` holds the scores' gradient.
  softmax_backward(weights, dweights, score_scale(q), dweights);
  // scores = q k^T
  matmul(dweights, k, dq);
  matmul(transposed(dweights), q, dk);
}
//! [backward]

namespace {

/// The block of one sentence and one head in a packed matrix: a view, or where a result goes.
template <class Packed>
Packed block(const Packed& packed, const Segments& segments, Index sentence, Index head,
             Index n_heads) {
  const Index width = packed.shape().n_columns / n_heads;
  return packed.rows(segments.begin(sentence), segments.end(sentence))
      .columns(head * width, (head + 1) * width);
}

/// Scratch space for each thread: n_matrices of the largest sentence's (n_queries, n_keys). Each
/// row has cache lines of its own: the end of a short row is written under a mask, and a processor
/// lets the next row wait for it if they share a line.
class Scratch {
 public:
  Scratch(Tape& tape, const AttentionPattern& pattern, Index n_matrices) {
    for (Index s = 0; s < pattern.queries.count(); ++s) {
      largest_ = std::max(largest_, pattern.queries.length(s) * stride(pattern.keys.length(s)));
    }
    n_matrices_ = n_matrices;
    data_ = tape.arena().allocate<float>(tape.threads().count() * n_matrices * largest_).data();
  }
  MatrixView matrix(int worker, Index i, Index n_queries, Index n_keys) const {
    return {data_ + (worker * n_matrices_ + i) * largest_, n_queries, n_keys, stride(n_keys)};
  }

 private:
  static Index stride(Index n_keys) {
    return round_up(n_keys, Arena::alignment / static_cast<Index>(sizeof(float)));
  }

  float* data_ = nullptr;
  Index largest_ = 0;
  Index n_matrices_ = 0;
};

constexpr std::string_view name = "scaled_dot_product_attention";

/// The offsets of a side begin at 0, do not fall, and end with its last row.
void require_segments(std::string_view side, const Segments& segments, Variable x) {
  const bool are_sorted = std::is_sorted(segments.offsets.begin(), segments.offsets.end());
  const bool begin_at_zero = segments.count() == 0 || segments.begin(0) == 0;
  if (are_sorted && begin_at_zero && segments.n_rows() == x.n_rows()) return;
  fail(
      ExitCode::internal,
      "{}: {} has {} rows, the offsets of its {} sentences go from {} to {}; they must rise from 0 "
      "to its rows",
      name, side, x.n_rows(), segments.count(), segments.count() > 0 ? segments.begin(0) : 0,
      segments.n_rows());
}

void require_pattern(Variable q, Variable k, Variable v, const AttentionPattern& pattern,
                     Index n_heads) {
  if (n_heads < 1)
    fail(ExitCode::internal, "{}: n_heads is {}; it must be at least 1", name, n_heads);
  const auto fits = [&](Variable x) { return x.n_columns() % n_heads == 0; };
  require_shapes(q.n_columns() == k.n_columns(), name, "q", q.shape(), "k", k.shape());
  require_shapes(k.n_rows() == v.n_rows(), name, "k", k.shape(), "v", v.shape());
  if (!fits(q) || !fits(v)) {
    fail(ExitCode::internal, "{}: q has {} columns and v {}; {} heads do not divide them", name,
         q.n_columns(), v.n_columns(), n_heads);
  }
  require_segments("q", pattern.queries, q);
  require_segments("k", pattern.keys, k);
  if (pattern.queries.count() != pattern.keys.count()) {
    fail(ExitCode::internal, "{}: {} sentences of queries, {} of keys", name,
         pattern.queries.count(), pattern.keys.count());
  }
}

//! [packed_forward]
void packed_forward(const ForwardPass& pass, Variable q, Variable k, Variable v,
                    const AttentionPattern& pattern, Index n_heads) {
  const Segments &queries = pattern.queries, &keys = pattern.keys;
  const ConstMatrixView all_q = q.value(), all_k = k.value(), all_v = v.value();
  const Scratch scratch(pass.tape, pattern, 1);
  pass.threads.parallel_for(queries.count() * n_heads, [&](Index i, int worker) {
    const Index s = i / n_heads, h = i % n_heads;
    attention_forward(block(all_q, queries, s, h, n_heads), block(all_k, keys, s, h, n_heads),
                      block(all_v, keys, s, h, n_heads), pattern.mask,
                      scratch.matrix(worker, 0, queries.length(s), keys.length(s)),
                      block(pass.y, queries, s, h, n_heads));
  });
}
//! [packed_forward]

//! [packed_backward]
void packed_backward(const BackwardPass& pass, Variable q, Variable k, Variable v,
                     const AttentionPattern& pattern, Index n_heads) {
  const Segments &queries = pattern.queries, &keys = pattern.keys;
  const ConstMatrixView all_q = q.value(), all_k = k.value(), all_v = v.value(), dout = pass.dy;
  // In the order in which they are written: q, k and v may be one variable.
  const Into dv = pass.into(v), dq = pass.into(q), dk = pass.into(k);
  const Scratch scratch(pass.tape, pattern, 2);
  pass.threads.parallel_for(queries.count() * n_heads, [&](Index i, int worker) {
    const Index s = i / n_heads, h = i % n_heads;
    const auto of = [&](const auto& packed, const Segments& side) {
      return block(packed, side, s, h, n_heads);
    };
    const Index n_queries = queries.length(s), n_keys = keys.length(s);
    attention_backward(of(all_q, queries), of(all_k, keys), of(all_v, keys), pattern.mask,
                       of(dout, queries), scratch.matrix(worker, 0, n_queries, n_keys),
                       scratch.matrix(worker, 1, n_queries, n_keys), of(dq, queries), of(dk, keys),
                       of(dv, keys));
  });
}
//! [packed_backward]

}  // namespace

//! [packed]
Variable scaled_dot_product_attention(Variable q, Variable k, Variable v,
                                      const AttentionPattern& pattern, Index n_heads) {
  require_pattern(q, k, v, pattern, n_heads);
  return operation(
      name, {q, k, v}, {q.n_rows(), v.n_columns()},
      [=](const ForwardPass& pass) { packed_forward(pass, q, k, v, pattern, n_heads); },
      [=](const BackwardPass& pass) { packed_backward(pass, q, k, v, pattern, n_heads); });
}
//! [packed]

}  // namespace transformer
