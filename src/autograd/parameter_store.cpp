#include "src/autograd/parameter_store.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "src/base/error.hpp"
#include "src/base/philox.hpp"

namespace transformer {

namespace {

float* floats_of(const Pages& block) { return reinterpret_cast<float*>(block.data()); }

/// So that the next parameter begins on a cache line.
Index with_gap(Index n_floats) {
  return round_up(n_floats, Arena::alignment / static_cast<Index>(sizeof(float)));
}

/// Element i takes random word i, and a block gives four of them.
void fill(const MatrixView& value, const Initial& initial, const RandomKey& key) {
  for (Index begin = 0; begin < value.size(); begin += 4) {
    const PhiloxWords words = key.block(static_cast<std::uint64_t>(begin / 4));
    const Index n = std::min<Index>(4, value.size() - begin);
    for (Index i = 0; i < n; ++i) {
      const float u = unit_float(words[static_cast<size_t>(i)]);
      value.data[begin + i] = initial.center + initial.bound * (2.0f * u - 1.0f);
    }
  }
}

}  // namespace

Initial Initial::uniform(double variance) {
  // The uniform distribution on [-b, b) has variance b^2 / 3.
  return {0.0f, static_cast<float>(std::sqrt(3.0 * variance))};
}

Initial Initial::glorot(Index n_in, Index n_out) {
  return uniform(2.0 / static_cast<double>(n_in + n_out));
}

Variable ParameterStore::add(const std::string& path, Index n_rows, Index n_columns,
                             Initial initial) {
  if (!paths_.insert(path).second) {
    fail(ExitCode::internal, "two parameters have the path {}", path);
  }
  static std::atomic<std::uint64_t> n_parameters_ever = 0;
  make_room(n_floats_ + with_gap(n_rows * n_columns));
  const MatrixView value(floats_of(values_) + n_floats_, n_rows, n_columns);
  n_floats_ += with_gap(value.size());
  auto* data = data_.create<VariableData>(value, true, ++n_parameters_ever);
  data->store = this;
  parameters_.push_back({path, Variable(data)});

  fill(value, initial, {seed_, 0, static_cast<std::uint32_t>(parameters_.size())});
  return parameters_.back().variable;
}

/// Makes room in the block of values, and a little more: it grows with every parameter.
void ParameterStore::make_room(Index n_floats) {
  const Index n_bytes = n_floats * Index{sizeof(float)};
  if (n_bytes <= values_.size()) return;
  const float* before = floats_of(values_);
  if (!values_.try_to_grow(std::max(n_bytes, values_.size() * 3 / 2))) values_.grow(n_bytes);
  for (const Parameter& parameter : parameters_) {
    float*& numbers = parameter.variable.data().value.data;
    numbers = floats_of(values_) + (numbers - before);
  }
}

std::span<float> ParameterStore::whole(Pages& block) const {
  block.grow(n_floats_ * Index{sizeof(float)});
  return {floats_of(block), static_cast<size_t>(n_floats_)};
}

MatrixView ParameterStore::part_of(Pages& block, const Parameter& parameter) const {
  const MatrixView value = parameter.value();
  float* numbers = whole(block).data() + (value.data - floats_of(values_));
  return {numbers, value.n_rows, value.n_columns};
}

std::span<float> ParameterStore::gradients() {
  const std::span<float> all = whole(gradients_);
  const bool all_have_theirs =
      parameters_.empty() || !parameters_.back().variable.data().gradient.empty();
  if (all_have_theirs) return all;
  for (const Parameter& parameter : parameters_) {
    parameter.variable.data().gradient = part_of(gradients_, parameter);
  }
  return all;
}

ParameterStore::Blocks ParameterStore::blocks(size_t first, size_t end) {
  const auto begin_of = [&](size_t i) {
    if (i == parameters_.size()) return static_cast<size_t>(n_floats_);
    return static_cast<size_t>(parameters_[i].value().data - floats_of(values_));
  };
  const size_t begin = begin_of(first), n = begin_of(end) - begin;
  return {values().subspan(begin, n), gradients().subspan(begin, n),
          first_moments().subspan(begin, n), second_moments().subspan(begin, n)};
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
