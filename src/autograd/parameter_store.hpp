// The parameters of a model: one block of memory each for their values, their gradients and the two
// moments that Adam keeps. Only training has the last three.
#pragma once

#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "src/autograd/variable.hpp"
#include "src/system/arena.hpp"
#include "src/system/pages.hpp"

namespace transformer {

/// How a parameter starts: uniform in [center - bound, center + bound).
struct Initial {
  float center = 0.0f;
  float bound = 0.0f;

  static Initial zeros() { return {0.0f, 0.0f}; }
  static Initial ones() { return {1.0f, 0.0f}; }
  /// Mean 0 and the given variance.
  static Initial uniform(double variance);
  /// Keeps the variance of activations and gradients about equal (Glorot and Bengio 2010): variance
  /// 2 / (n_in + n_out).
  static Initial glorot(Index n_in, Index n_out);
};

/// A parameter by name, as it stands in a checkpoint.
struct Parameter {
  std::string path;  ///< For example `encoder.layer_0.self_attention.w_o`.
  Variable variable;

  /// Its numbers, for who may change them: an optimiser, a file that is loaded.
  MatrixView value() const { return variable.data().value; }
  /// A frozen one gets no gradient, at no cost, and no optimiser moves it.
  bool is_frozen() const { return !variable.wants_gradient(); }
  void freeze(bool frozen = true) const { variable.data().wants_gradient = !frozen; }
};

/// Owns all parameters. Each starts on a cache line; the gaps between them hold zeros and stay
/// zero, so that the optimiser can be one loop over the whole block.
class ParameterStore {
 public:
  /// `seed` keys the initial values: the same seed gives the same bits everywhere.
  explicit ParameterStore(std::uint64_t seed) : seed_(seed) {}
  ParameterStore(const ParameterStore&) = delete;
  ParameterStore& operator=(const ParameterStore&) = delete;

  /// A new parameter (n_rows, n_columns). Throws Error (internal) where the path is taken. The
  /// others may move: variables stay good, but a view or a span that was taken before is not.
  Variable add(const std::string& path, Index n_rows, Index n_columns, Initial initial);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  /// The parameter with this path. Throws Error (internal) where there is none.
  const Parameter& at(const std::string& path) const;
  /// How many numbers the model learns.
  Index n_parameters() const;

  /// Before a step: what the gradients hold counts no more.
  void forget_gradients();
  /// After the backward pass: a parameter that the loss did not depend on gets a gradient of zeros.
  void complete_gradients();

  /// Adam's moments of a parameter; zeros at first.
  MatrixView first_moment(const Parameter& parameter) const {
    return part_of(first_moments_, parameter);
  }
  MatrixView second_moment(const Parameter& parameter) const {
    return part_of(second_moments_, parameter);
  }

  /// The whole blocks, in the order in which the parameters were added.
  std::span<float> values() { return whole(values_); }
  std::span<float> gradients();
  std::span<float> first_moments() { return whole(first_moments_); }
  std::span<float> second_moments() { return whole(second_moments_); }

  /// The parts of the blocks that belong to parameters [first, end), with the gaps between them.
  struct Blocks {
    std::span<float> values, gradients, first_moments, second_moments;
  };
  Blocks blocks(size_t first, size_t end);

 private:
  /// Takes memory where the block has less than the parameters need.
  std::span<float> whole(Pages& block) const;
  MatrixView part_of(Pages& block, const Parameter& parameter) const;
  void make_room(Index n_floats);

  std::uint64_t seed_;
  Index n_floats_ = 0;  // of each block
  Pages values_, gradients_;
  mutable Pages first_moments_, second_moments_;
  Arena data_;
  std::vector<Parameter> parameters_;
  std::unordered_set<std::string> paths_;  // of the parameters
};

}  // namespace transformer
