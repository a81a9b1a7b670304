#include "chapters/07_training_loop/loss.hpp"

#include <algorithm>
#include <numeric>

#include "src/autograd/operations.hpp"
#include "src/base/error.hpp"

namespace transformer {
namespace {

float mean_of(std::span<const float> losses) {
  const double sum = std::accumulate(losses.begin(), losses.end(), 0.0);
  return static_cast<float>(sum / static_cast<double>(losses.size()));
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
PackedFactor packed(const Factor& factor, Tape& tape) {
  return pack_factor(factor, tape.arena().allocate<float>(packed_size(factor)), tape.threads());
}

}  // namespace

//! [cross_entropy]
Variable label_smoothed_cross_entropy(Variable logits, std::span<const TokenId> targets,
                                      float epsilon_ls) {
  require_targets(logits, targets);
  const auto n = static_cast<float>(logits.n_rows());
  return operation(
      "label_smoothed_cross_entropy", {logits}, {1, 1},
      [=](const ForwardPass& pass) {
        const std::span<float> losses = pass.tape.arena().allocate<float>(logits.n_rows());
        cross_entropy(logits.value(), targets, epsilon_ls, 1.0f, losses, Into::nowhere(),
                      pass.threads);
        pass.y(0, 0) = mean_of(losses);
      },
      [=](const BackwardPass& pass) {
        const std::span<float> losses = pass.tape.arena().allocate<float>(logits.n_rows());
        cross_entropy(logits.value(), targets, epsilon_ls, pass.dy(0, 0) / n, losses,
                      pass.into(logits), pass.threads);
      });
}
//! [cross_entropy]

namespace {

/// The gradient of a variable for d loss = 1, not yet written; empty where none is wanted.
MatrixView unit_gradient(Tape& tape, Variable x) {
  const bool is_wanted = tape.is_training() && x.wants_gradient();
  return is_wanted ? tape.scratch(x.shape()) : MatrixView();
}

//! [chunks]
/// The mean loss of logits = y E^T, chunk by chunk of rows; `dy` and `dtable` get the gradients.
float loss_in_chunks(const ForwardPass& pass, ConstMatrixView y, ConstMatrixView table,
                     std::span<const TokenId> targets, float epsilon_ls, Into dy, Into dtable) {
  const Index n = y.n_rows, n_chunk = std::min(n, chunk_rows(table.n_rows));
  const std::span<float> losses = pass.tape.arena().allocate<float>(n);
  const MatrixView scratch = pass.tape.scratch({n_chunk, table.n_rows});
  const bool is_training = dy.is_wanted() || dtable.is_wanted();
  MatmulOptions to_logits, to_dy;
  if (n > n_chunk) {
    to_logits.packed_b = packed(transposed(table), pass.tape);
    if (dy.is_wanted()) to_dy.packed_b = packed(table, pass.tape);
  }
  for (Index begin = 0; begin < n; begin += n_chunk) {
    const Index end = std::min(n, begin + n_chunk);
    const ConstMatrixView y_chunk = y.rows(begin, end);
    const MatrixView logits = scratch.rows(0, end - begin);
    matmul(y_chunk, transposed(table), logits, to_logits, pass.threads);
    // The gradient takes the logits' place.
    const auto from = static_cast<size_t>(begin), length = static_cast<size_t>(end - begin);
    cross_entropy(logits, targets.subspan(from, length), epsilon_ls, 1.0f / static_cast<float>(n),
                  losses.subspan(from, length), is_training ? Into(logits) : Into::nowhere(),
                  pass.threads);
    matmul(logits, table, dy.rows(begin, end), to_dy, pass.threads);
    matmul(transposed(logits), y_chunk, dtable, {}, pass.threads);
    dtable = dtable.to_add_to();
  }
  return mean_of(losses);
}
//! [chunks]

}  // namespace

//! [projected]
Variable projected_cross_entropy(Variable y, Variable table, std::span<const TokenId> targets,
                                 float epsilon_ls) {
  require_targets(y, targets);
  require_shapes(y.n_columns() == table.n_columns(), "projected_cross_entropy", "y", y.shape(),
                 "table", table.shape());
  Tape& tape = tape_of("projected_cross_entropy", {y, table});
  const MatrixView dy = unit_gradient(tape, y), dtable = unit_gradient(tape, table);
  return operation(
      "projected_cross_entropy", {y, table}, {1, 1},
      [=](const ForwardPass& pass) {
        pass.y(0, 0) =
            loss_in_chunks(pass, y.value(), table.value(), targets, epsilon_ls, dy, dtable);
      },
      [=](const BackwardPass& pass) {
        const float dloss = pass.dy(0, 0);
        scale_to(dy, dloss, pass.into(y), pass.threads);
        scale_to(dtable, dloss, pass.into(table), pass.threads);
      });
}
//! [projected]

}  // namespace transformer
