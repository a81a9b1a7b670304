#include "src/autograd/parameter_store.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "src/base/error.hpp"
#include "src/base/philox.hpp"

namespace transformer {

Initial Initial::uniform(double variance) {
  // The uniform distribution on [-b, b) has variance b^2 / 3.
  return {0.0f, static_cast<float>(std::sqrt(3.0 * variance))};
}

Initial Initial::glorot(Index n_in, Index n_out) {
  return uniform(2.0 / static_cast<double>(n_in + n_out));
}

Variable ParameterStore::add(const std::string& path, Index n_rows, Index n_columns,
                             Initial initial) {
  const bool taken = std::any_of(parameters_.begin(), parameters_.end(),
                                 [&](const Parameter& p) { return p.path == path; });
  if (taken) fail(ExitCode::internal, "two parameters have the path {}", path);
  const auto allocate = [&](Arena& arena) {
    // Fresh pages of an arena are zero, and this one is never rewound.
    return MatrixView(arena.allocate<float>(n_rows * n_columns).data(), n_rows, n_columns);
  };
  static std::atomic<std::uint64_t> n_parameters_ever = 0;
  auto* data = data_.create<VariableData>(allocate(values_), true, ++n_parameters_ever);
  data->gradient = allocate(gradients_);
  parameters_.push_back(
      {path, Variable(data, nullptr, 0), allocate(first_moments_), allocate(second_moments_)});

  const RandomKey key{seed_, 0, static_cast<std::uint32_t>(parameters_.size())};
  for (Index i = 0; i < data->value.size(); ++i) {
    const float u = unit_float(key.word(static_cast<std::uint64_t>(i)));
    data->value.data[i] = initial.center + initial.bound * (2.0f * u - 1.0f);
  }
  return parameters_.back().variable;
}

const Parameter& ParameterStore::at(const std::string& path) const {
  const auto found = std::find_if(parameters_.begin(), parameters_.end(),
                                  [&](const Parameter& p) { return p.path == path; });
  if (found == parameters_.end()) fail(ExitCode::internal, "no parameter has the path {}", path);
  return *found;
}

Index ParameterStore::n_parameters() const {
  Index n = 0;
  for (const Parameter& parameter : parameters_) n += parameter.variable.value().size();
  return n;
}

void ParameterStore::forget_gradients() {
  for (Parameter& parameter : parameters_) parameter.variable.data().has_gradient = false;
}

void ParameterStore::complete_gradients() {
  for (Parameter& parameter : parameters_) {
    VariableData& data = parameter.variable.data();
    if (!data.has_gradient) std::fill_n(data.gradient.data, data.gradient.size(), 0.0f);
    data.has_gradient = true;
  }
}

}  // namespace transformer
