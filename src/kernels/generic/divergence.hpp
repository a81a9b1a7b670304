// How far two predictions of the same token are apart, and the gradient (Liang et al. 2021).
#pragma once

#include "src/kernels/generic/cross_entropy.hpp"

namespace transformer::kernel {

/// Two softmaxes of n numbers, register by register: p, q, and ln p - ln q.
template <class Arch>
class TwoSoftmaxes {
 public:
  TwoSoftmaxes(const float* a, const float* b, Index n)
      : a_(a),
        b_(b),
        log_sum_a_(kernel::log_sum_exp<Arch>(a, n)),
        log_sum_b_(kernel::log_sum_exp<Arch>(b, n)) {}

  /// Calls visit(p, q, ln p - ln q) for the numbers from j on.
  template <class Lanes, class Visit>
  void at(Index j, Lanes lanes, Visit visit) const {
    const Floats<Arch> log_p = lanes.load(a_ + j) - log_sum_a_;
    const Floats<Arch> log_q = lanes.load(b_ + j) - log_sum_b_;
    visit(exp<Arch>(log_p), exp<Arch>(log_q), log_p - log_q);
  }

 private:
  const float* a_;
  const float* b_;
  Floats<Arch> log_sum_a_, log_sum_b_;
};

/// KL(p || q) + KL(q || p) = sum_j (p_j - q_j) d_j with d = ln p - ln q, and where da is not null
///   da_j = scale (p_j (d_j - KL(p || q)) + p_j - q_j), and db_j with p and q exchanged.
template <class Arch>
[[gnu::flatten]] float divergence(const float* a, const float* b, Index n, float scale, float* da,
                                  float* db) {
  const TwoSoftmaxes<Arch> both(a, b, n);
  Sum<Arch> sum_of_pd, sum_of_differences;
  each_register<Arch>(n, [&](Index j, auto lanes, auto way) {
    both.at(j, lanes, [&](auto p, auto q, auto d) {
      sum_of_pd[way] += lanes.or_else(p * d, 0.0f);
      sum_of_differences[way] += lanes.or_else((p - q) * d, 0.0f);
    });
  });
  const float total = sum_of_differences.total();
  if (da == nullptr) return total;

  const float kl_pq = sum_of_pd.total();
  const Floats<Arch> of_p(kl_pq), of_q(total - kl_pq), factor(scale);
  each_register<Arch>(n, [&](Index j, auto lanes, auto) {
    both.at(j, lanes, [&](auto p, auto q, auto d) {
      lanes.store(da + j, factor * simd::fma(p, d - of_p, p - q));
      lanes.store(db + j, factor * simd::fnma(q, d + of_q, q - p));
    });
  });
  return total;
}

}  // namespace transformer::kernel
