#include "chapters/11_complexity/local_layers.hpp"

#include <algorithm>
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "src/base/error.hpp"
#include "src/kernels/kernels.hpp"
#include "src/tensor/shapes.hpp"

namespace transformer {
namespace {

/// A place to which parts are added: zero before the first, unless something stands there already.
Into for_parts(const Into& place, Threads& threads) {
  const ConstMatrixView nothing(nullptr, 0, place.shape().n_columns);
  scatter_add_rows(nothing, {}, 1, place, threads);
  return place.to_add_to();
}

void require_sentences(std::string_view name, Variable x, const Segments& sentences) {
  if (sentences.n_rows() == x.n_rows()) return;
  fail(ExitCode::internal, "{}: x has {} rows, its sentences {}", name, x.n_rows(),
       sentences.n_rows());
}

// ---- Convolution ------------------------------------------------------------------------------

struct Rows {
  Index begin, end;

  template <class Packed>
  Packed of(const Packed& packed) const {
    return packed.rows(begin, end);
  }
};

//! [shifts]
/// Calls visit(read, written): the rows that a tap reads, and those that it is added to.
template <class Visit>
void each_shift(const Segments& sentences, Index offset, const Visit& visit) {
  for (Index s = 0; s < sentences.count(); ++s) {
    const Index n = sentences.length(s) - std::abs(offset);
    const Index read = sentences.begin(s) + std::max<Index>(0, offset), written = read - offset;
    if (n > 0) visit(Rows{read, read + n}, Rows{written, written + n});
  }
}
//! [shifts]

struct Convolved {
  Variable x, w, b;
  Segments sentences;
  Taps taps;

  /// The rows of w, or of its gradient, that belong to tap j.
  Rows block(Index j) const { return {j * x.n_columns(), (j + 1) * x.n_columns()}; }
  /// Calls visit(block of w, rows of x, rows of y) for all taps but the row's own.
  template <class Visit>
  void each_other(const Visit& visit) const {
    for (Index j = 0; j < taps.n; ++j) {
      if (j == taps.own()) continue;
      each_shift(sentences, taps.offset(j),
                 [&](Rows read, Rows written) { visit(block(j), read, written); });
    }
  }
};

//! [convolve]
void convolve(const ForwardPass& pass, const Convolved& c) {
  const ConstMatrixView x = c.x.value(), w = c.w.value();
  const Rows own = c.block(c.taps.own());
  matmul(x, own.of(w), pass.y, {.bias = c.b.value()}, pass.threads);
  c.each_other([&](Rows block, Rows read, Rows written) {
    const Into y = Into::adding_to(written.of(pass.y));
    matmul(read.of(x), block.of(w), y, {}, pass.threads);
  });
}
//! [convolve]

//! [backward]
void convolve_back(const BackwardPass& pass, const Convolved& c) {
  const ConstMatrixView x = c.x.value(), w = c.w.value(), dy = pass.dy;
  const Rows own = c.block(c.taps.own());
  const Into dx = pass.into(c.x);
  matmul(dy, transposed(own.of(w)), dx, {}, pass.threads);
  c.each_other([&](Rows block, Rows read, Rows written) {
    const Into dx_read = read.of(dx.to_add_to());
    matmul(written.of(dy), transposed(block.of(w)), dx_read, {}, pass.threads);
  });

  const Into dw = for_parts(pass.into(c.w), pass.threads);
  matmul(transposed(x), dy, own.of(dw), {}, pass.threads);
  c.each_other([&](Rows block, Rows read, Rows written) {
    matmul(transposed(read.of(x)), written.of(dy), block.of(dw), {}, pass.threads);
  });
  sum_rows(dy, pass.into(c.b), pass.threads);
}
//! [backward]

}  // namespace

std::vector<Index> Taps::offsets() const {
  std::vector<Index> all;
  for (Index j = 0; j < n; ++j) all.push_back(offset(j));
  return all;
}

Variable convolution(Variable x, Variable w, Variable b, const Segments& sentences,
                     const Taps& taps) {
  constexpr std::string_view name = "convolution";
  if (taps.n < 1 || taps.dilation < 1) {
    fail(ExitCode::internal, "{}: {} taps with dilation {}; both must be at least 1", name, taps.n,
         taps.dilation);
  }
  const Shape weights{taps.n * x.n_columns(), w.n_columns()};
  require_shapes(w.shape() == weights, name, "w", w.shape(), "what its taps need", weights);
  require_shapes(b.shape() == Shape{1, w.n_columns()}, name, "w", w.shape(), "b", b.shape());
  require_sentences(name, x, sentences);
  const Convolved c{x, w, b, sentences, taps};
  return operation(
      "convolution", {x, w, b}, {x.n_rows(), w.n_columns()},
      [&](const ForwardPass& pass) { convolve(pass, c); },
      [=](const BackwardPass& pass) { convolve_back(pass, c); });
}

Convolution::Convolution(ParameterStore& store, const std::string& path, Index d_in, Index d_out,
                         const Taps& taps)
    : taps_(taps),
      w_(store.add(path + ".w", taps.n * d_in, d_out, Initial::glorot(taps.n * d_in, d_out))),
      b_(store.add(path + ".b", 1, d_out, Initial::zeros())) {}

// ---- Restricted attention ---------------------------------------------------------------------

namespace {

/// Attention of each word to those around it.
struct Nearby {
  Variable q, k, v;
  Segments sentences;
  Index reach, n_heads;

  /// Calls attend(own, seen, head, worker) for each word: its row, those that it sees, and a head.
  template <class Attend>
  void each_word(Threads& threads, const Attend& attend) const {
    threads.parallel_for(sentences.count() * n_heads, [&](Index task, int worker) {
      const Index s = task / n_heads, begin = sentences.begin(s), end = sentences.end(s);
      for (Index i = begin; i < end; ++i) {
        const Rows seen{std::max(begin, i - reach), std::min(end, i + reach + 1)};
        attend(Rows{i, i + 1}, seen, task % n_heads, worker);
      }
    });
  }
  /// The columns of a head in some rows.
  template <class Packed>
  Packed part(const Packed& packed, Rows rows, Index head) const {
    const Index d = packed.shape().n_columns / n_heads;
    return rows.of(packed).columns(head * d, (head + 1) * d);
  }
  /// Scratch space, so many rows of a window: each has cache lines of its own.
  MatrixView scratch(Tape& tape, Index n_rows) const {
    constexpr auto of_a_line = Arena::alignment / static_cast<Index>(sizeof(float));
    return tape.scratch({n_rows, round_up(2 * reach + 1, of_a_line)});
  }
};

//! [nearby]
void attend_nearby(const ForwardPass& pass, const Nearby& a) {
  const ConstMatrixView q = a.q.value(), k = a.k.value(), v = a.v.value();
  const MatrixView scratch = a.scratch(pass.tape, pass.threads.count());
  a.each_word(pass.threads, [&](Rows own, Rows seen, Index head, int worker) {
    const MatrixView weights = scratch.rows(worker, worker + 1).columns(0, seen.end - seen.begin);
    attention_forward(a.part(q, own, head), a.part(k, seen, head), a.part(v, seen, head),
                      Mask::none, weights, a.part(pass.y, own, head));
  });
}
//! [nearby]

void attend_nearby_back(const BackwardPass& pass, const Nearby& a) {
  const ConstMatrixView q = a.q.value(), k = a.k.value(), v = a.v.value(), dy = pass.dy;
  // In this order: q, k and v may be one variable.
  const Into dv = for_parts(pass.into(a.v), pass.threads);
  const Into dk = for_parts(pass.into(a.k), pass.threads);
  const Into dq = pass.into(a.q);
  const MatrixView scratch = a.scratch(pass.tape, 2 * pass.threads.count());
  a.each_word(pass.threads, [&](Rows own, Rows seen, Index head, int worker) {
    const MatrixView both =
        scratch.rows(2 * worker, 2 * worker + 2).columns(0, seen.end - seen.begin);
    attention_backward(a.part(q, own, head), a.part(k, seen, head), a.part(v, seen, head),
                       Mask::none, a.part(dy, own, head), both.rows(0, 1), both.rows(1, 2),
                       a.part(dq, own, head), a.part(dk, seen, head), a.part(dv, seen, head));
  });
}

}  // namespace

Variable restricted_attention(Variable q, Variable k, Variable v, const Segments& sentences,
                              Index reach, Index n_heads) {
  constexpr std::string_view name = "restricted_attention";
  require_same_shape(name, "q", q.shape(), "k", k.shape());
  require_shapes(k.n_rows() == v.n_rows(), name, "k", k.shape(), "v", v.shape());
  require_sentences(name, q, sentences);
  const bool heads_fit =
      n_heads >= 1 && q.n_columns() % n_heads == 0 && v.n_columns() % n_heads == 0;
  if (reach < 0 || !heads_fit) {
    fail(ExitCode::internal, "{}: a reach of {} and {} heads of {} and {} columns", name, reach,
         n_heads, q.n_columns(), v.n_columns());
  }
  const Nearby a{q, k, v, sentences, reach, n_heads};
  return operation(
      "restricted_attention", {q, k, v}, {q.n_rows(), v.n_columns()},
      [&](const ForwardPass& pass) { attend_nearby(pass, a); },
      [=](const BackwardPass& pass) { attend_nearby_back(pass, a); });
}

}  // namespace transformer
