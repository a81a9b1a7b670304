// Loss and optimizer in plain loops, as one would write them down: to be read, and to compare the
// fast ones with.
#pragma once

#include <span>
#include <vector>

#include "src/base/index.hpp"

namespace transformer {

/// The loss of one place against the smoothed target, from its logits x, (n_vocabulary); dx gets
/// the gradient by them (section 5.4 of the paper).
double plain_loss(std::span<const double> x, TokenId right, double epsilon_ls,
                  std::span<double> dx);

/// Adam with the paper's constants (section 5.3).
struct PlainAdam {
  explicit PlainAdam(size_t n_parameters) : m(n_parameters), v(n_parameters) {}

  /// Step t of the parameters theta, which counts from 1: g is the gradient.
  void step(int t, double rate, std::span<const double> g, std::span<double> theta);

  std::vector<double> m, v;
};

}  // namespace transformer
