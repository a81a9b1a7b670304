#include "chapters/10_additive_attention/gru.hpp"

#include <cmath>
#include <numeric>

namespace transformer {
namespace {

/// b - a.
MatrixView difference(Tape& tape, Threads& threads, ConstMatrixView a, ConstMatrixView b) {
  const MatrixView result = tape.scratch(a.shape());
  copy_to(b, result, threads);
  scale_to(a, -1, Into::adding_to(result), threads);
  return result;
}

}  // namespace

//! [blend]
Variable blend(Variable a, Variable b, Variable z) {
  require_same_shape("blend", "a", a.shape(), "b", b.shape());
  require_same_shape("blend", "a", a.shape(), "z", z.shape());
  return operation(
      "blend", {a, b, z}, a.shape(),
      [=](const ForwardPass& pass) {
        const MatrixView way = difference(pass.tape, pass.threads, a.value(), b.value());
        copy_to(a.value(), pass.y, pass.threads);
        multiply(way, z.value(), Into::adding_to(pass.y), pass.threads);
      },
      [=](const BackwardPass& pass) {
        const MatrixView way = difference(pass.tape, pass.threads, a.value(), b.value());
        multiply(pass.dy, way, pass.into(z), pass.threads);
        // What b gets, a loses.
        multiply(pass.dy, z.value(), way, pass.threads);
        copy_to(way, pass.into(b), pass.threads);
        const Into da = pass.into(a);
        copy_to(pass.dy, da, pass.threads);
        scale_to(way, -1, da.to_add_to(), pass.threads);
      });
}
//! [blend]

GruWeights::GruWeights(ParameterStore& store, const std::string& path, Index d_in, Index d_hidden) {
  const Index d = d_hidden;
  const Initial initial{0.0f, static_cast<float>(1 / std::sqrt(static_cast<double>(d)))};
  w_x = store.add(path + ".w_x", d_in, 3 * d, initial);
  w_h = store.add(path + ".w_h", d, 2 * d, initial);
  w_c = store.add(path + ".w_c", d, d, initial);
  b = store.add(path + ".b", 1, 3 * d, Initial::zeros());
}

namespace {

//! [gru]
/// From x_part = x w_x + b, which needs no state and so can be worked out for all steps at once.
Variable gru_step(Variable x_part, Variable h, const GruWeights& w) {
  const auto [x_z, x_r, x_c] = split_columns<3>(x_part);  // (n, d_hidden) each
  const auto [h_z, h_r] = split_columns<2>(linear(h, w.w_h));
  const Variable z = map<Sigmoid>(add(x_z, h_z));  // update
  const Variable r = map<Sigmoid>(add(x_r, h_r));  // reset
  const Variable candidate = map<Tanh>(add(x_c, linear(multiply(r, h), w.w_c)));
  return blend(h, candidate, z);  // (1 - z) h + z candidate
}
//! [gru]

}  // namespace

Variable gru_cell(Variable x, Variable h, const GruWeights& w) {
  return gru_step(linear(x, w.w_x, w.b), h, w);
}

Variable GruLayer::operator()(Variable x, Variable start, const TimeSteps& steps) const {
  Tape& tape = x.tape();
  const Variable x_parts = linear(x, w_.w_x, w_.b);
  const std::span<TokenId> counting = tape.arena().allocate<TokenId>(steps.n_tokens());
  std::iota(counting.begin(), counting.end(), TokenId{0});
  const std::span<Variable> states = tape.arena().allocate<Variable>(steps.n_steps());
  Variable h = start;
  for (Index t = 0; t < steps.n_steps(); ++t) {
    const std::span<const TokenId> now = counting.subspan(static_cast<size_t>(steps.begin(t)),
                                                          static_cast<size_t>(steps.n_running(t)));
    h = gru_step(rows(x_parts, now), rows(h, steps.running(t)), w_);
    states[static_cast<size_t>(t)] = h;
  }
  return join_rows(states);
}

}  // namespace transformer
