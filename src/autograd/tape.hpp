// The tape: remembers which backward function belongs to what was computed, and calls them in
// reverse order. That is the whole of automatic differentiation; the rest is the chain rule.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "src/autograd/variable.hpp"
#include "src/kernels/kernels.hpp"
#include "src/system/arena.hpp"
#include "src/system/threads.hpp"

namespace transformer {

enum class Mode {
  training,   ///< Operations are recorded, variables have gradients, dropout drops.
  inference,  ///< Nothing is recorded, dropout does nothing.
};

/// Owns everything that one training step, or one translation, computes. All of it lives in one
/// arena, which keeps its memory from step to step.
class Tape {
 public:
  explicit Tape(Threads& threads);
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// Forgets the step before. `seed` and `step` key the random numbers of this one.
  void begin(Mode mode, std::uint64_t seed = 0, std::uint32_t step = 0);

  Mode mode() const { return mode_; }
  bool is_training() const { return mode_ == Mode::training; }
  Threads& threads() const { return threads_; }
  Arena& arena() { return arena_; }

  /// A new variable (n_rows, n_columns), its value not yet written; with a gradient when training.
  Variable make(Index n_rows, Index n_columns);
  /// A variable that shows a given matrix, which must outlive the step; with a gradient when
  /// training if `wants_gradient`.
  Variable input(ConstMatrixView value, bool wants_gradient = false);
  /// Columns [begin, end) of x as a variable of its own; see split_columns. No number is copied:
  /// its gradient, too, is a part of x's.
  Variable columns(Variable x, Index begin, Index end);

  /// Remembers how to get from the gradient of `output` to the gradients of what it was made from.
  /// Once for each output. `backward()` is called only if `output` has a gradient by then. It is
  /// copied bit by bit into the arena, so it may capture variables, views and numbers, but nothing
  /// that owns memory.
  //! [record]
  template <class Backward>
  void record(Variable output, Backward backward) {
    record_always([=] {
      if (!output.has_gradient()) return;
      backward();
      output.tape().take_back_gradient(output.data());
    });
  }
  /// The same for an operation with several outputs, which looks itself for those that matter.
  template <class Backward>
  void record_always(Backward backward) {
    static_assert(std::is_trivially_copyable_v<Backward>, "closures live in the arena");
    if (!is_training()) return;
    struct Entry : Record {
      Backward function;
      Entry(Record record, Backward f) : Record(record), function(f) {}
    };
    const auto call = [](Record* record) { static_cast<Entry*>(record)->function(); };
    last_ = arena_.create<Entry>(Record{last_, call}, backward);
  }
  //! [record]

  /// The backward pass: starts from d loss / d output = `gradient` (of output's shape) and calls
  /// what was recorded, last first.
  void backward(Variable output, ConstMatrixView gradient);
  /// The same from a loss (1, 1), with d loss / d loss = 1.
  void backward(Variable loss);

  /// Gives a variable memory for its gradient, not yet written.
  void lend_gradient(VariableData& variable);
  /// Takes it back when the gradient has been passed on: the next one takes the same memory, which
  /// is still in the caches. So a backward pass needs memory for a few gradients, not for all.
  void take_back_gradient(VariableData& variable);

  /// y = x weight, on all threads.
  void multiply_by_weight(ConstMatrixView x, Factor weight, MatrixView y,
                          MatmulOptions options = {});
  /// From now until `begin`, a weight is packed for its first product and then kept; it must not
  /// change meanwhile. For translating token by token.
  void keep_weights_packed() { keeps_weights_packed_ = true; }

  /// The next dropout of this step: each gets random numbers of its own. Drops nothing in
  /// inference.
  Dropout next_dropout(float p);

  /// Shows named activations to whoever asked for them (figures, traces). Costs nothing otherwise.
  using Observer = std::function<void(std::string_view path, std::string_view name, Variable)>;
  void observe_with(Observer observer) { observer_ = std::move(observer); }
  void observe(std::string_view path, std::string_view name, Variable variable) const {
    if (observer_) observer_(path, name, variable);
  }

 private:
  const float* packed(Factor weight, Index n_rows);

  struct Record {
    Record* previous;
    void (*call)(Record*);
  };
  struct PackedWeight {
    const float* weight;
    bool transposed;
    const float* packed;
  };

  Threads& threads_;
  Arena arena_;
  Record* last_ = nullptr;
  std::vector<std::span<float>> unused_gradients_;
  bool keeps_weights_packed_ = false;
  Arena packed_;
  std::vector<PackedWeight> packed_weights_;
  Mode mode_ = Mode::inference;
  RandomKey key_;
  Observer observer_;
};

}  // namespace transformer
