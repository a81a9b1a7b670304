#include "src/autograd/tape.hpp"

#include <algorithm>

#include "src/autograd/parameter_store.hpp"
#include "src/base/error.hpp"

namespace transformer {

MatrixView Variable::gradient_to_add_to() const {
  const GradientTarget target = gradient_target();
  if (!target.accumulate) {
    for (Index i = 0; i < target.view.n_rows; ++i) {
      std::fill_n(target.view.row(i), target.view.n_columns, 0.0f);
    }
  }
  return target.view;
}

MatrixView Variable::place_of_gradient() const {
  if (data_->gradient.empty()) {
    if (data_->store) {
      data_->store->gradients();  // the first gradient of a model that is trained
    } else if (data_->whole) {
      const MatrixView whole = Variable(data_->whole, tape_).place_of_gradient();
      data_->gradient = whole.columns(data_->first_column, data_->first_column + n_columns());
    } else {
      tape_->lend_gradient(*data_);
    }
  }
  return data_->gradient;
}

Tape::Tape(Threads& threads) : threads_(threads) {
  constexpr size_t more_than_any_model_needs = 64;
  unused_gradients_.reserve(more_than_any_model_needs);
}

void Tape::begin(Mode mode, std::uint64_t seed, std::uint32_t step) {
  arena_.rewind();
  unused_gradients_.clear();
  keeps_weights_packed_ = false;
  packed_.rewind();
  packed_weights_.clear();
  last_ = nullptr;
  mode_ = mode;
  key_ = {seed, step, 0};
}

Variable Tape::make(Index n_rows, Index n_columns) {
  const MatrixView value(arena_.allocate<float>(n_rows * n_columns).data(), n_rows, n_columns);
  return {arena_.create<VariableData>(value, is_training()), this};
}

Variable Tape::input(ConstMatrixView value, bool wants_gradient) {
  // No operation writes to the value of what it was given.
  const MatrixView shown(const_cast<float*>(value.data), value.n_rows, value.n_columns,
                         value.stride);
  return {arena_.create<VariableData>(shown, wants_gradient && is_training()), this};
}

Variable Tape::columns(Variable x, Index begin, Index end) {
  auto* block = arena_.create<VariableData>(x.value().columns(begin, end), x.wants_gradient());
  block->whole = &x.data();
  block->first_column = begin;
  return {block, this};
}

void Tape::lend_gradient(VariableData& variable) {
  // The smallest that is large enough; of equal ones the one that was used last.
  const Index n = variable.value.size();
  auto best = unused_gradients_.end();
  for (auto it = unused_gradients_.begin(); it != unused_gradients_.end(); ++it) {
    const bool is_better = best == unused_gradients_.end() || it->size() <= best->size();
    if (std::ssize(*it) >= n && is_better) best = it;
  }
  if (best == unused_gradients_.end()) {
    variable.gradient_memory = arena_.allocate<float>(n);
  } else {
    variable.gradient_memory = *best;
    unused_gradients_.erase(best);
  }
  variable.gradient = {variable.gradient_memory.data(), variable.value.n_rows,
                       variable.value.n_columns};
}

void Tape::take_back_gradient(VariableData& variable) {
  unused_gradients_.push_back(variable.gradient_memory);
  variable.gradient = {};
  variable.gradient_memory = {};
  variable.has_gradient = false;
}

void Tape::backward(Variable output, ConstMatrixView gradient) {
  if (!same_shape(output.value(), gradient)) {
    fail(ExitCode::internal, "backward: the output is ({}, {}), its gradient ({}, {})",
         output.n_rows(), output.n_columns(), gradient.n_rows, gradient.n_columns);
  }
  copy_to(gradient, output.gradient_target().view, threads_);
  //! [backward]
  for (Record* record = last_; record != nullptr; record = record->previous) {
    record->call(record);
  }
  //! [backward]
}

void Tape::backward(Variable loss) {
  const float one = 1.0f;
  backward(loss, {&one, 1, 1});
}

void Tape::multiply_by_weight(ConstMatrixView x, Factor weight, MatrixView y,
                              MatmulOptions options) {
  if (keeps_weights_packed_) options.packed_b = packed(weight, x.n_rows);
  matmul(x, weight, y, options, threads_);
}

/// Null where packing is not worth it.
const float* Tape::packed(Factor weight, Index n_rows) {
  const float* data = weight.view.data;
  for (const PackedWeight& known : packed_weights_) {
    if (known.weight == data && known.transposed == weight.transposed) return known.packed;
  }
  constexpr Index worth_packing = 64;
  if (n_rows < worth_packing) return nullptr;
  float* memory = packed_.allocate<float>(packed_size(weight)).data();
  pack_factor(weight, memory, threads_);
  packed_weights_.push_back({data, weight.transposed, memory});
  return memory;
}

Dropout Tape::next_dropout(float p) {
  if (!is_training()) return {};
  const Dropout dropout{p, key_};
  ++key_.site;
  return dropout;
}

}  // namespace transformer
