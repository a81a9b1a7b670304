#include "chapters/03_scaled_dot_product_attention/attention.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "src/autograd/operations.hpp"
#include "src/base/error.hpp"

namespace transformer {
namespace {

float score_scale(ConstMatrixView q) { return 1.0f / std::sqrt(static_cast<float>(q.n_columns)); }

/// What the rule has beside its mask.
void apply_rule(const ScoreRule& rule, MatrixView scores) {
  if (!rule.bias.empty()) add_to(rule.bias, scores);
  if (rule.query_windows.empty()) return;
  for (Index i = 0; i < scores.n_rows; ++i) {
    for (Index j = 0; j < scores.n_columns; ++j) {
      const bool meet =
          rule.query_windows[static_cast<size_t>(i)] == rule.key_windows[static_cast<size_t>(j)];
      if (!meet) scores(i, j) = -std::numeric_limits<float>::infinity();
    }
  }
}

}  // namespace

void attention_weights(ConstMatrixView q, ConstMatrixView k, const ScoreRule& rule,
                       MatrixView weights) {
  matmul(q, transposed(k), weights);  // q k^T, (n_queries, n_keys); divided, the scores
  if (rule.is_mask_alone()) {
    softmax_forward(weights, score_scale(q), rule.mask, weights);
  } else {
    scale_to(weights, score_scale(q), weights);
    apply_rule(rule, weights);
    softmax_forward(weights, 1, rule.mask, weights);
  }
}

//! [forward]
void attention_forward(ConstMatrixView q, ConstMatrixView k, ConstMatrixView v,
                       const ScoreRule& rule, MatrixView weights, MatrixView vectors) {
  attention_weights(q, k, rule, weights);
  matmul(weights, v, vectors);  // (n_queries, d_v)
}
//! [forward]

void attention_backward(ConstMatrixView q, ConstMatrixView k, ConstMatrixView v,
                        const ScoreRule& rule, ConstMatrixView dvectors, MatrixView weights,
                        MatrixView dweights, Into dq, Into dk, Into dv, Into dbias) {
  attention_weights(q, k, rule, weights);
  // vectors = weights v
  matmul(transposed(weights), dvectors, dv);
  if (!dq.is_wanted() && !dk.is_wanted() && !dbias.is_wanted()) return;
  matmul(dvectors, transposed(v), dweights);
  // weights = softmax(scores): from here on `dweights` holds the scores' gradient, divided as they
  // are.
  if (dbias.is_wanted()) {
    softmax_backward(weights, dweights, 1, dweights);
    copy_to(dweights, dbias);
    scale_to(dweights, score_scale(q), dweights);
  } else {
    softmax_backward(weights, dweights, score_scale(q), dweights);
  }
  // scores = q k^T / sqrt(d_k)
  matmul(dweights, k, dq);
  matmul(transposed(dweights), q, dk);
}

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

void require_bias(Variable bias, const AttentionPattern& pattern, Index n_heads) {
  for (Index s = 0; s < pattern.queries.count(); ++s) {
    const Shape scores{n_heads * pattern.queries.length(s), pattern.keys.length(s)};
    require_shapes(bias.shape() == scores, name, "the bias", bias.shape(),
                   "what all heads of a sentence need", scores);
  }
}

void require_windows(Variable q, Variable k, const AttentionPattern& pattern) {
  const Index n_queries = std::ssize(pattern.query_windows),
              n_keys = std::ssize(pattern.key_windows);
  if (n_queries == 0 && n_keys == 0) return;
  if (n_queries == q.n_rows() && n_keys == k.n_rows()) return;
  fail(ExitCode::internal, "{}: windows of {} queries and {} keys; q has {} rows, k {}", name,
       n_queries, n_keys, q.n_rows(), k.n_rows());
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
  require_segments(name, "q", pattern.queries, q.n_rows());
  require_segments(name, "k", pattern.keys, k.n_rows());
  if (pattern.queries.count() != pattern.keys.count()) {
    fail(ExitCode::internal, "{}: {} sentences of queries, {} of keys", name,
         pattern.queries.count(), pattern.keys.count());
  }
  if (pattern.bias) require_bias(*pattern.bias, pattern, n_heads);
  require_windows(q, k, pattern);
}

/// The blocks of one sentence and one head of what attention reads and writes.
struct Blocks {
  const AttentionPattern& pattern;
  Index sentence, head, n_heads;

  template <class Packed>
  Packed of_queries(const Packed& packed) const {
    return block(packed, pattern.queries, sentence, head, n_heads);
  }
  template <class Packed>
  Packed of_keys(const Packed& packed) const {
    return block(packed, pattern.keys, sentence, head, n_heads);
  }
  Index n_queries() const { return pattern.queries.length(sentence); }
  Index n_keys() const { return pattern.keys.length(sentence); }
  /// A head's rows of the bias, or of where its gradient goes.
  template <class Bias>
  Bias of_bias(const Bias& bias) const {
    return bias.rows(head * n_queries(), (head + 1) * n_queries());
  }
  /// What this block has beside a mask.
  ScoreRule own_rule() const {
    ScoreRule rule(pattern.mask);
    if (pattern.bias) rule.bias = of_bias(pattern.bias->value());
    if (!pattern.query_windows.empty()) {
      const auto part = [&](std::span<const Index> windows, const Segments& side) {
        return windows.subspan(static_cast<size_t>(side.begin(sentence)),
                               static_cast<size_t>(side.length(sentence)));
      };
      rule.query_windows = part(pattern.query_windows, pattern.queries);
      rule.key_windows = part(pattern.key_windows, pattern.keys);
    }
    return rule;
  }
  /// Calls attend(rule). Mostly a mask is all there is, and all blocks share one rule.
  template <class Attend>
  void with_rule(const ScoreRule& mask_alone, const Attend& attend) const {
    if (pattern.bias || !pattern.query_windows.empty()) {
      attend(own_rule());
    } else {
      attend(mask_alone);
    }
  }
};

void packed_forward(const ForwardPass& pass, Variable q, Variable k, Variable v,
                    const AttentionPattern& pattern, Index n_heads) {
  const ConstMatrixView all_q = q.value(), all_k = k.value(), all_v = v.value();
  const Scratch scratch(pass.tape, pattern, 1);
  const ScoreRule mask_alone(pattern.mask);
  pass.threads.parallel_for(pattern.queries.count() * n_heads, [&](Index i, int worker) {
    const Blocks blocks{pattern, i / n_heads, i % n_heads, n_heads};
    blocks.with_rule(mask_alone, [&](const ScoreRule& rule) {
      attention_forward(blocks.of_queries(all_q), blocks.of_keys(all_k), blocks.of_keys(all_v),
                        rule, scratch.matrix(worker, 0, blocks.n_queries(), blocks.n_keys()),
                        blocks.of_queries(pass.y));
    });
  });
}

void packed_backward(const BackwardPass& pass, Variable q, Variable k, Variable v,
                     const AttentionPattern& pattern, Index n_heads) {
  const ConstMatrixView all_q = q.value(), all_k = k.value(), all_v = v.value(), dvectors = pass.dy;
  // In the order in which they are written: q, k and v may be one variable.
  const Into dv = pass.into(v), dq = pass.into(q), dk = pass.into(k);
  const Into dbias = pattern.bias ? pass.into(*pattern.bias) : Into::nowhere();
  const Scratch scratch(pass.tape, pattern, 2);
  const ScoreRule mask_alone(pattern.mask);
  const auto attend_back = [&](Index s, Index h, int worker, const Into& dbias_of_head) {
    const Blocks blocks{pattern, s, h, n_heads};
    const auto matrix = [&](Index which) {
      return scratch.matrix(worker, which, blocks.n_queries(), blocks.n_keys());
    };
    blocks.with_rule(mask_alone, [&](const ScoreRule& rule) {
      attention_backward(blocks.of_queries(all_q), blocks.of_keys(all_k), blocks.of_keys(all_v),
                         rule, blocks.of_queries(dvectors), matrix(0), matrix(1),
                         blocks.of_queries(dq), blocks.of_keys(dk), blocks.of_keys(dv),
                         dbias_of_head);
    });
  };
  const Index n_sentences = pattern.queries.count();
  if (!dbias.is_wanted()) {
    pass.threads.parallel_for(n_sentences * n_heads, [&](Index i, int worker) {
      attend_back(i / n_heads, i % n_heads, worker, dbias);
    });
    return;
  }
  // A head's bias is one for all sentences: one thread adds up its gradient, in their order.
  const ConstMatrixView nothing(nullptr, 0, dbias.shape().n_columns);
  if (n_sentences == 0) scatter_add_rows(nothing, {}, 1, dbias);
  pass.threads.parallel_for(n_sentences > 0 ? n_heads : 0, [&](Index h, int worker) {
    Into sum = Blocks{pattern, 0, h, n_heads}.of_bias(dbias);
    for (Index s = 0; s < n_sentences; ++s) {
      attend_back(s, h, worker, sum);
      sum = sum.to_add_to();
    }
  });
}

}  // namespace

//! [packed]
Variable scaled_dot_product_attention(Variable q, Variable k, Variable v,
                                      const AttentionPattern& pattern, Index n_heads) {
  require_pattern(q, k, v, pattern, n_heads);
  const Variable inputs[] = {q, k, v, pattern.bias.value_or(v)};
  return operation(
      name, std::span(inputs).first(pattern.bias ? 4 : 3), {q.n_rows(), v.n_columns()},
      [=](const ForwardPass& pass) { packed_forward(pass, q, k, v, pattern, n_heads); },
      [=](const BackwardPass& pass) { packed_backward(pass, q, k, v, pattern, n_heads); });
}
//! [packed]

}  // namespace transformer
