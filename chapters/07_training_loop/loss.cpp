#include "chapters/07_training_loop/loss.hpp"

#include <algorithm>
#include <numeric>

#include "src/autograd/operations.hpp"
#include "src/base/error.hpp"

namespace transformer {
namespace {

double sum_of(std::span<const float> losses) {
  return std::accumulate(losses.begin(), losses.end(), 0.0);
}

void require_targets(Variable rows, std::span<const TokenId> targets) {
  if (rows.n_rows() == static_cast<Index>(targets.size()) && !targets.empty()) return;
  fail(ExitCode::internal, "cross_entropy: {} rows, {} targets", rows.n_rows(), targets.size());
}

/// So many rows that their logits stay in the cache, and no fewer than keep a matrix product busy.
Index chunk_rows(Index n_vocabulary) {
  constexpr Index n_cached_logits = Index{1} << 22;
  constexpr Index fewest = 256;
  return std::max(fewest, n_cached_logits / n_vocabulary);
}

/// A factor that several products share, packed once for them.
const float* packed(Factor factor, Tape& tape) {
  const std::span<float> memory = tape.arena().allocate<float>(packed_size(factor));
  pack_factor(factor, memory.data(), tape.threads());
  return memory.data();
}

}  // namespace

//! [cross_entropy]
Variable label_smoothed_cross_entropy(Variable logits, std::span<const TokenId> targets,
                                      float epsilon_ls) {
  require_targets(logits, targets);
  Tape& tape = logits.tape();
  const Variable loss = tape.make(1, 1);
  const Index n = logits.n_rows();
  const std::span<float> losses = tape.arena().allocate<float>(n);
  cross_entropy(logits.value(), targets, epsilon_ls, 1.0f, losses, {}, tape.threads());
  loss.value()(0, 0) = static_cast<float>(sum_of(losses) / static_cast<double>(n));
  tape.record(loss, [=] {
    const float scale = loss.gradient()(0, 0) / static_cast<float>(n);
    cross_entropy(logits.value(), targets, epsilon_ls, scale, losses, logits.gradient_target().view,
                  loss.tape().threads());
  });
  return loss;
}
//! [cross_entropy]

//! [projected]
Variable projected_cross_entropy(Variable y, Variable table, std::span<const TokenId> targets,
                                 float epsilon_ls) {
  require_targets(y, targets);
  Tape& tape = y.tape();
  Threads& threads = tape.threads();
  const Variable loss = tape.make(1, 1);
  const Index n = y.n_rows(), n_vocabulary = table.n_rows();
  const Index n_chunk = std::min(n, chunk_rows(n_vocabulary));
  const std::span<float> losses = tape.arena().allocate<float>(n);
  const MatrixView scratch(tape.arena().allocate<float>(n_chunk * n_vocabulary).data(), n_chunk,
                           n_vocabulary);
  const float scale = 1.0f / static_cast<float>(n);
  GradientTarget dy, dtable;
  if (tape.is_training()) dy = y.gradient_target(), dtable = table.gradient_target();
  MatmulOptions to_logits, to_dy = {.accumulate = dy.accumulate};
  if (n > n_chunk) {
    to_logits.packed_b = packed(transposed(table.value()), tape);
    if (tape.is_training()) to_dy.packed_b = packed(table.value(), tape);
  }

  for (Index begin = 0; begin < n; begin += n_chunk) {
    const Index end = std::min(n, begin + n_chunk), count = end - begin;
    const MatrixView logits = scratch.rows(0, count);
    matmul(y.value().rows(begin, end), transposed(table.value()), logits, to_logits, threads);
    // The gradient takes the logits' place.
    const auto from = static_cast<size_t>(begin), length = static_cast<size_t>(count);
    cross_entropy(logits, targets.subspan(from, length), epsilon_ls, scale,
                  losses.subspan(from, length), tape.is_training() ? logits : MatrixView(),
                  threads);
    if (!tape.is_training()) continue;
    matmul(logits, table.value(), dy.view.rows(begin, end), to_dy, threads);
    matmul(transposed(logits), y.value().rows(begin, end), dtable.view,
           {.accumulate = dtable.accumulate || begin > 0}, threads);
  }
  loss.value()(0, 0) = static_cast<float>(sum_of(losses) / static_cast<double>(n));
  tape.record(loss, [=] {
    if (loss.gradient()(0, 0) != 1.0f) {
      fail(ExitCode::internal, "projected_cross_entropy: the loss is not the end of the tape");
    }
  });
  return loss;
}
//! [projected]

}  // namespace transformer
