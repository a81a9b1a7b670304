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
                        ConstMatrixView dout, MatrixView weights, MatrixView dweights,
                        GradientTarget dq, GradientTarget dk, GradientTarget dv) {
  attention_weights(q, k, mask, weights);
  // out = weights v
  matmul(transposed(weights), dout, dv.view, {.accumulate = dv.accumulate});
  matmul(dout, transposed(v), dweights);
  // weights = softmax(scores / sqrt(d_k)): from here on `dweights` holds the scores' gradient.
  softmax_backward(weights, dweights, score_scale(q), dweights);
  // scores = q k^T
  matmul(dweights, k, dq.view, {.accumulate = dq.accumulate});
  matmul(transposed(dweights), q, dk.view, {.accumulate = dk.accumulate});
}
//! [backward]

namespace {

/// The block of one sentence and one head in a packed matrix.
template <class T>
BasicMatrixView<T> block(BasicMatrixView<T> packed, const Segments& segments, Index sentence,
                         Index head, Index n_heads) {
  const Index width = packed.n_columns / n_heads;
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

void require_pattern(Variable q, Variable k, Variable v, const AttentionPattern& pattern,
                     Index n_heads) {
  const std::string_view name = "scaled_dot_product_attention";
  require_shapes(q.n_columns() == k.n_columns() && q.n_columns() % n_heads == 0, name, "q", q, "k",
                 k);
  require_gradient(q.tape(), name, "q", q);
  require_gradient(q.tape(), name, "k", k);
  require_gradient(q.tape(), name, "v", v);
  require_shapes(k.n_rows() == v.n_rows() && v.n_columns() % n_heads == 0, name, "k", k, "v", v);
  if (pattern.queries.count() != pattern.keys.count() || pattern.queries.n_rows() != q.n_rows() ||
      pattern.keys.n_rows() != k.n_rows()) {
    fail(ExitCode::internal, "{}: {} query rows in {} sentences, {} key rows in {} sentences", name,
         q.n_rows(), pattern.queries.count(), k.n_rows(), pattern.keys.count());
  }
}

//! [packed_backward]
void packed_backward(Variable q, Variable k, Variable v, Variable out,
                     const AttentionPattern& pattern, Index n_heads) {
  Tape& tape = out.tape();
  const Scratch scratch(tape, pattern, 2);
  // In the order in which they are written: q, k and v may be one variable.
  const GradientTarget dv = v.gradient_target();
  const GradientTarget dq = q.gradient_target();
  const GradientTarget dk = k.gradient_target();
  tape.threads().parallel_for(pattern.queries.count() * n_heads, [&](Index i, int worker) {
    const Index s = i / n_heads, h = i % n_heads;
    const Index n_queries = pattern.queries.length(s), n_keys = pattern.keys.length(s);
    const auto of = [&](auto packed, const Segments& segments) {
      return block(packed, segments, s, h, n_heads);
    };
    attention_backward(
        of(q.value(), pattern.queries), of(k.value(), pattern.keys), of(v.value(), pattern.keys),
        pattern.mask, of(out.gradient(), pattern.queries),
        scratch.matrix(worker, 0, n_queries, n_keys), scratch.matrix(worker, 1, n_queries, n_keys),
        {of(dq.view, pattern.queries), dq.accumulate}, {of(dk.view, pattern.keys), dk.accumulate},
        {of(dv.view, pattern.keys), dv.accumulate});
  });
}
//! [packed_backward]

}  // namespace

//! [packed]
Variable scaled_dot_product_attention(Variable q, Variable k, Variable v,
                                      const AttentionPattern& pattern, Index n_heads) {
  require_pattern(q, k, v, pattern, n_heads);
  Tape& tape = q.tape();
  const Variable out = tape.make(q.n_rows(), v.n_columns());
  const Scratch scratch(tape, pattern, 1);
  tape.threads().parallel_for(pattern.queries.count() * n_heads, [&](Index i, int worker) {
    const Index s = i / n_heads, h = i % n_heads;
    attention_forward(block(q.value(), pattern.queries, s, h, n_heads),
                      block(k.value(), pattern.keys, s, h, n_heads),
                      block(v.value(), pattern.keys, s, h, n_heads), pattern.mask,
                      scratch.matrix(worker, 0, pattern.queries.length(s), pattern.keys.length(s)),
                      block(out.value(), pattern.queries, s, h, n_heads));
  });
  tape.record(out, [=] { packed_backward(q, k, v, out, pattern, n_heads); });
  return out;
}
//! [packed]

}  // namespace transformer
