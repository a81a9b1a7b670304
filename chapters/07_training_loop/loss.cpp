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

/// Each of `n_passes` passes has a row for each target.
void require_targets(Variable rows, std::span<const TokenId> targets, Index n_passes = 1) {
  if (rows.n_rows() == n_passes * std::ssize(targets) && !targets.empty()) return;
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

namespace {

/// The gradient of a variable for d loss = 1, not yet written; empty where none is wanted.
MatrixView unit_gradient(Tape& tape, Variable x) {
  const bool is_wanted = tape.is_training() && x.wants_gradient();
  return is_wanted ? tape.scratch(x.shape()) : MatrixView();
}

/// logits = y E^T for some rows at a time, and what their gradients give those of y and E.
class ProjectedRows {
 public:
  ProjectedRows(const ForwardPass& pass, ConstMatrixView y, ConstMatrixView table, Into dy,
                Into dtable, Index n_at_once)
      : y_(y), table_(table), dy_(dy), dtable_(dtable), threads_(pass.threads) {
    if (n_at_once == y.n_rows) return;
    to_logits_.packed_b = packed(transposed(table), pass.tape);
    if (dy.is_wanted()) to_dy_.packed_b = packed(table, pass.tape);
  }

  void project(Index begin, Index end, MatrixView logits) const {
    matmul(y_.rows(begin, end), transposed(table_), logits, to_logits_, threads_);
  }
  void go_back(ConstMatrixView dlogits, Index begin, Index end) {
    matmul(dlogits, table_, dy_.rows(begin, end), to_dy_, threads_);
    matmul(transposed(dlogits), y_.rows(begin, end), dtable_, {}, threads_);
    dtable_ = dtable_.to_add_to();
  }

 private:
  ConstMatrixView y_, table_;
  Into dy_, dtable_;
  MatmulOptions to_logits_, to_dy_;
  Threads& threads_;
};

template <class Number>
std::span<Number> part_of(std::span<Number> numbers, Index begin, Index end) {
  return numbers.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
}

/// The mean loss of logits = y E^T, chunk by chunk of rows; `dy` and `dtable` get the gradients.
float loss_in_chunks(const ForwardPass& pass, ConstMatrixView y, ConstMatrixView table,
                     std::span<const TokenId> targets, float epsilon_ls, Into dy, Into dtable) {
  const Index n = y.n_rows, n_chunk = std::min(n, chunk_rows(table.n_rows));
  const std::span<float> losses = pass.tape.arena().allocate<float>(n);
  const MatrixView scratch = pass.tape.scratch({n_chunk, table.n_rows});
  const bool is_training = dy.is_wanted() || dtable.is_wanted();
  ProjectedRows rows(pass, y, table, dy, dtable, n_chunk);
  for (Index begin = 0; begin < n; begin += n_chunk) {
    const Index end = std::min(n, begin + n_chunk);
    const MatrixView logits = scratch.rows(0, end - begin);
    rows.project(begin, end, logits);
    // The gradient takes the logits' place.
    cross_entropy(logits, part_of(targets, begin, end), epsilon_ls, 1.0f / static_cast<float>(n),
                  part_of(losses, begin, end), is_training ? Into(logits) : Into::nowhere(),
                  pass.threads);
    rows.go_back(logits, begin, end);
  }
  return mean_of(losses);
}

/// The same of two passes: rows n_tokens + i of y belong to the tokens of rows i.
float r_drop_in_chunks(const ForwardPass& pass, ConstMatrixView y, ConstMatrixView table,
                       std::span<const TokenId> targets, float epsilon_ls, float alpha, Into dy,
                       Into dtable) {
  const Index n = std::ssize(targets), n_chunk = std::min(n, chunk_rows(table.n_rows) / 2);
  const float each = 1.0f / static_cast<float>(n);
  const std::span<float> divergences = pass.tape.arena().allocate<float>(n);
  const std::span<float> losses = pass.tape.arena().allocate<float>(2 * n);
  const MatrixView scratch = pass.tape.scratch({4 * n_chunk, table.n_rows});
  ProjectedRows rows(pass, y, table, dy, dtable, n_chunk);
  for (Index begin = 0; begin < n; begin += n_chunk) {
    const Index end = std::min(n, begin + n_chunk), n_here = end - begin;
    const auto block = [&](Index i) { return scratch.rows(i * n_here, (i + 1) * n_here); };
    const MatrixView logits[] = {block(0), block(1)}, dlogits[] = {block(2), block(3)};
    for (const Index i : {0, 1}) rows.project(i * n + begin, i * n + end, logits[i]);
    divergence(logits[0], logits[1], alpha * each / 4, part_of(divergences, begin, end), dlogits[0],
               dlogits[1], pass.threads);
    for (const Index i : {0, 1}) {
      cross_entropy(logits[i], part_of(targets, begin, end), epsilon_ls, each / 2,
                    part_of(losses, i * n + begin, i * n + end), Into::adding_to(dlogits[i]),
                    pass.threads);
      rows.go_back(dlogits[i], i * n + begin, i * n + end);
    }
  }
  return mean_of(losses) + alpha * mean_of(divergences) / 4;
}

/// An operation whose forward pass `loss(pass, dy, dtable)` makes the gradients for d loss = 1.
template <class Loss>
Variable projected_loss(std::string_view name, Variable y, Variable table, const Loss& loss) {
  require_shapes(y.n_columns() == table.n_columns(), name, "y", y.shape(), "table", table.shape());
  Tape& tape = tape_of(name, {y, table});
  const MatrixView dy = unit_gradient(tape, y), dtable = unit_gradient(tape, table);
  return operation(
      name, {y, table}, {1, 1},
      [=](const ForwardPass& pass) { pass.y(0, 0) = loss(pass, dy, dtable); },
      [=](const BackwardPass& pass) {
        const float dloss = pass.dy(0, 0);
        scale_to(dy, dloss, pass.into(y), pass.threads);
        scale_to(dtable, dloss, pass.into(table), pass.threads);
      });
}

}  // namespace

Variable projected_cross_entropy(Variable y, Variable table, std::span<const TokenId> targets,
                                 float epsilon_ls) {
  require_targets(y, targets);
  return projected_loss(
      "projected_cross_entropy", y, table, [=](const ForwardPass& pass, Into dy, Into dtable) {
        return loss_in_chunks(pass, y.value(), table.value(), targets, epsilon_ls, dy, dtable);
      });
}

Variable projected_r_drop(Variable y, Variable table, std::span<const TokenId> targets,
                          float epsilon_ls, float alpha) {
  require_targets(y, targets, 2);
  return projected_loss("projected_r_drop", y, table,
                        [=](const ForwardPass& pass, Into dy, Into dtable) {
                          return r_drop_in_chunks(pass, y.value(), table.value(), targets,
                                                  epsilon_ls, alpha, dy, dtable);
                        });
}

}  // namespace transformer
