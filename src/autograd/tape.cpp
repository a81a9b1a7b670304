#include "src/autograd/tape.hpp"

#include <algorithm>

#include "src/autograd/parameter_store.hpp"
#include "src/base/error.hpp"

namespace transformer {

// ---- Variables ----------------------------------------------------------------------------------

void Variable::refuse() const {
  if (data_ == nullptr) fail(ExitCode::internal, "a variable is used that nobody made");
  fail(ExitCode::internal,
       "a variable of an earlier step is used; make it anew in this one, or copy its numbers "
       "before the tape begins another");
}

ConstMatrixView Variable::gradient() const {
  const VariableData& x = data();
  if (!x.gradient.empty() || !x.whole || x.whole->gradient.empty()) return x.gradient;
  return x.whole->gradient.columns(x.first_column, x.first_column + n_columns());
}

bool Variable::has_gradient() const {
  return data().has_gradient || (data().whole && data().whole->has_gradient);
}

Tape& Variable::tape() const {
  if (counter_ == nullptr) {
    fail(ExitCode::internal, "a parameter is on no tape; bring it onto one by tape.use(parameter)");
  }
  return static_cast<Tape&>(*counter_);
}

Tape& tape_of(std::string_view operation, const Inputs& inputs) {
  const auto on_a_tape =
      std::find_if(inputs.begin(), inputs.end(), [](Variable x) { return !x.is_on_no_tape(); });
  if (on_a_tape == inputs.end()) {
    fail(ExitCode::internal,
         "{}: no input is on a tape, only parameters are given; bring one onto it by "
         "tape.use(parameter)",
         operation);
  }
  return on_a_tape->tape();
}

// ---- Steps --------------------------------------------------------------------------------------

Tape::Tape(Threads& threads) : threads_(threads) {
  constexpr size_t more_than_any_model_needs = 64;
  unused_gradients_.reserve(more_than_any_model_needs);
}

void Tape::begin(Mode mode, std::uint64_t seed, std::uint32_t step, std::uint32_t shard) {
  constexpr std::uint32_t more_sites_than_any_model_has = 1 << 16;
  arena_.rewind();
  now = new_step();
  unused_gradients_.clear();
  keeps_weights_packed_ = false;
  packed_.rewind();
  packed_weights_.clear();
  last_ = nullptr;
  mode_ = mode;
  key_ = {seed, step, shard * more_sites_than_any_model_has};
}

void Tape::go_back_to(Index mark) {
  if (is_training()) fail(ExitCode::internal, "the tape goes back in inference only");
  arena_.rewind(mark);
  now = new_step();
}

Variable Tape::input(ConstMatrixView value, bool wants_gradient) {
  // Only an operation writes a value, its own (T1): this one stays as it is.
  const MatrixView shown(const_cast<float*>(value.data), value.n_rows, value.n_columns,
                         value.stride);
  return {arena_.create<VariableData>(shown, wants_gradient && is_training()), this};
}

Variable Tape::use(Variable parameter) { return {&parameter.data(), this}; }

Dropout Tape::next_dropout(float p) {
  if (!is_training()) return {};
  const Dropout dropout{p, key_};
  ++key_.site;
  return dropout;
}

// ---- Recording ----------------------------------------------------------------------------------

bool Tape::wants_gradient(std::string_view name, const Inputs& inputs) const {
  bool is_wanted = false;
  for (const Variable input : inputs) {
    if (input.counter_ != nullptr && input.counter_ != this) {
      fail(ExitCode::internal, "{}: its inputs are on two tapes; make them on one", name);
    }
    is_wanted = input.wants_gradient() || is_wanted;
  }
  return is_wanted && is_training();
}

Variable Tape::make(std::string_view name, Shape shape, bool wants_gradient) {
  if (shape.n_rows < 0 || shape.n_columns < 0) {
    fail(ExitCode::internal, "{}: its result would be ({}, {}); no size is negative", name,
         shape.n_rows, shape.n_columns);
  }
  return {arena_.create<VariableData>(scratch(shape), wants_gradient), this};
}

Tape::Record Tape::header(const Inputs& inputs, Variable output) {
  const auto named = arena_.allocate<VariableData*>(std::ssize(inputs));
  std::transform(inputs.begin(), inputs.end(), named.begin(), [](Variable x) { return &x.data(); });
  return {last_, nullptr, &output.data(), named};
}

void Tape::record(std::string_view name, const Inputs&, Variable, InferenceOnly) {
  fail(ExitCode::internal,
       "{}: has no backward function, so no gradient would pass it; use it in inference, or on "
       "variables that want no gradient",
       name);
}

// ---- The backward pass --------------------------------------------------------------------------

void Tape::backward(Variable output, ConstMatrixView gradient) {
  if (output.shape() != gradient.shape()) {
    fail(ExitCode::internal, "backward: the output is ({}, {}), its gradient ({}, {})",
         output.n_rows(), output.n_columns(), gradient.n_rows, gradient.n_columns);
  }
  if (!output.wants_gradient() || !is_training()) {
    fail(ExitCode::internal,
         "backward: nothing that the output depends on wants a gradient; train, with parameters "
         "or with an input that wants one");
  }
  copy_to(gradient, into(output.data()), threads_);
  //! [backward]
  for (Record* record = last_; record != nullptr; record = record->previous) {
    record->call(*this, *record);
  }
  //! [backward]
}

void Tape::backward(Variable loss) {
  const float one = 1.0f;
  backward(loss, {&one, 1, 1});
}

BackwardPass::BackwardPass(Tape& t, std::span<VariableData* const> inputs,
                           const VariableData& output)
    : tape(t), threads(t.threads()), y(output.value), dy(output.gradient), inputs_(inputs) {}

Into BackwardPass::into(Variable x) const {
  VariableData& data = x.data();
  if (std::find(inputs_.begin(), inputs_.end(), &data) == inputs_.end()) {
    fail(ExitCode::internal,
         "a backward function wants to write the gradient of a variable that its operation did "
         "not name; add it to the inputs");
  }
  return tape.into(data);
}

//! [into]
/// The first gradient that arrives replaces what is there, later ones are added.
Into Tape::into(VariableData& x) {
  if (!x.wants_gradient) return Into::nowhere();
  const MatrixView place = place_of_gradient(x);
  const bool is_first = !must_add_to(x);
  x.has_gradient = true;
  return is_first ? Into(place) : Into::adding_to(place);
}
//! [into]

MatrixView Tape::place_of_gradient(VariableData& x) {
  if (!x.gradient.empty()) return x.gradient;
  if (x.store) {
    x.store->gradients();  // the first gradient of a model that is trained
  } else if (x.whole) {
    const Index end = x.first_column + x.value.n_columns;
    x.gradient = place_of_gradient(*x.whole).columns(x.first_column, end);
  } else {
    lend_gradient(x);
  }
  return x.gradient;
}

/// Memory for a gradient, not yet written: the smallest that is large enough; of equal ones the one
/// that was used last.
void Tape::lend_gradient(VariableData& x) {
  const Index n = x.value.size();
  auto best = unused_gradients_.end();
  for (auto it = unused_gradients_.begin(); it != unused_gradients_.end(); ++it) {
    const bool is_better = best == unused_gradients_.end() || it->size() <= best->size();
    if (std::ssize(*it) >= n && is_better) best = it;
  }
  if (best == unused_gradients_.end()) {
    x.gradient_memory = arena_.allocate<float>(n);
  } else {
    x.gradient_memory = *best;
    unused_gradients_.erase(best);
  }
  x.gradient = {x.gradient_memory.data(), x.value.n_rows, x.value.n_columns};
}

/// The gradient has been passed on: the next one takes the same memory, which is still in the
/// caches. So a backward pass needs memory for a few gradients, not for all.
void Tape::take_back_gradient(VariableData& x) {
  for (VariableData* block = blocks_of(x); block; block = block->next_block) {
    block->gradient = {};
    block->has_gradient = false;
  }
  unused_gradients_.push_back(x.gradient_memory);
  x.gradient = {};
  x.gradient_memory = {};
  x.has_gradient = false;
}

// ---- Weights ------------------------------------------------------------------------------------

void Tape::multiply_by_weight(ConstMatrixView x, const Weight& weight, const Into& y,
                              const MatmulOptions& options) {
  const Factor factor(weight.variable.value(), weight.is_transposed);
  if (!keeps_weights_packed_ || !options.packed_b.empty()) {
    return matmul(x, factor, y, options, threads_);
  }
  MatmulOptions with_packed = options;
  with_packed.packed_b = packed(weight, x.n_rows);
  matmul(x, factor, y, with_packed, threads_);
}

/// Empty where packing is not worth it, and for what is no parameter: other numbers may stand in
/// the same place in the next step.
PackedFactor Tape::packed(const Weight& weight, Index n_rows) {
  const std::uint64_t id = weight.variable.data().parameter_id;
  for (const PackedWeight& known : packed_weights_) {
    if (known.parameter_id == id && known.is_transposed == weight.is_transposed) {
      return known.packed;
    }
  }
  constexpr Index worth_packing = 64;
  if (id == 0 || n_rows < worth_packing) return {};
  const Factor factor(weight.variable.value(), weight.is_transposed);
  const PackedFactor packed =
      pack_factor(factor, packed_.allocate<float>(packed_size(factor)), threads_);
  packed_weights_.push_back({id, weight.is_transposed, packed});
  return packed;
}

}  // namespace transformer
