// The tape: remembers which backward function belongs to what was computed, and calls them in
// reverse order. That is the whole of automatic differentiation; the rest is the chain rule.
#pragma once

#include <functional>
#include <initializer_list>
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

/// What a forward function is given.
struct ForwardPass {
  Tape& tape;
  Threads& threads;
  MatrixView y;  ///< The result's place, not yet written.
};

/// What a backward function is given.
class BackwardPass {
 public:
  Tape& tape;
  Threads& threads;
  ConstMatrixView y;  ///< What the operation made ...
  MatrixView dy;  ///< ... and its gradient. The function may overwrite it: nobody reads it later.

  /// Where the gradient of x goes, x being one of the operation's inputs. Counts as written from
  /// now on: so write, or add, at once. It is nowhere if x wants no gradient.
  Into into(Variable x) const;

 private:
  friend class Tape;
  BackwardPass(Tape& t, std::span<VariableData* const> inputs, const VariableData& output);
  std::span<VariableData* const> inputs_;
};

/// In the place of a backward function: throws Error (internal) where a gradient would be needed.
/// For what translates token by token.
struct InferenceOnly {};
inline constexpr InferenceOnly inference_only;

/// A weight as a product takes it: a variable, or its transpose.
struct Weight {
  Variable variable;
  bool is_transposed = false;

  Weight(Variable v, bool transposed = false) : variable(v), is_transposed(transposed) {}
};
inline Weight transposed(Variable variable) { return {variable, true}; }

/// The variables that an operation reads.
struct Inputs : std::span<const Variable> {
  Inputs(std::initializer_list<Variable> list) : span(list.begin(), list.size()) {}
  Inputs(std::span<const Variable> list) : span(list) {}
};

/// Shows named activations of one operation or piece to whoever asked for them.
using Observer = std::function<void(std::string_view path, std::string_view name, Variable)>;

/// Owns everything that one training step, or one translation, computes. All of it lives in one
/// arena, which keeps its memory from step to step.
///
/// What always holds:
///  T1  A variable's value is written once, by the forward function of the operation that made it.
///  T2  Records stand in the order of the operations, so in reverse order each comes after all that
///      use its output: when its backward function runs, the output's gradient is complete.
///  T3  A gradient is written first and added to from then on; `has_gradient` says which. Only
///      `into` hands out its place, for inputs that the operation named.
///  T4  A variable that wants a gradient was made by an operation with a backward function, or is
///      an input or a parameter.
///  T5  A handle names the step it was made in; one of another step is refused.
class Tape : private StepCounter {
 public:
  explicit Tape(Threads& threads);
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// Forgets the step before. `seed` and `step` key the random numbers of this one, and `shard`
  /// those of one part of it, where it is worked out in parts.
  void begin(Mode mode, std::uint64_t seed = 0, std::uint32_t step = 0, std::uint32_t shard = 0);

  /// A place in the arena to go back to: for translating, where each token is a step of its own.
  Index mark() const { return arena_.used(); }
  /// Takes back the memory of what was made since `mark()` was this. All variables count as of an
  /// earlier step from now on; views of what was made before the mark stay valid. In inference
  /// only.
  void go_back_to(Index mark);

  Mode mode() const { return mode_; }
  bool is_training() const { return mode_ == Mode::training; }
  Threads& threads() const { return threads_; }
  Arena& arena() { return arena_; }

  /// Memory of this step for what an operation keeps for its backward function, or needs for a
  /// while.
  MatrixView scratch(Shape shape) {
    return {arena_.allocate<float>(shape.n_rows * shape.n_columns).data(), shape.n_rows,
            shape.n_columns};
  }

  /// A variable that shows a given matrix, which must outlive the step; with a gradient when
  /// training if `wants_gradient`.
  Variable input(ConstMatrixView value, bool wants_gradient = false);
  /// A parameter as a variable of this step, where nothing else says on which tape it is used.
  Variable use(Variable parameter);

  /// The result of an operation, (shape): `forward(pass)` writes its value, `backward(pass)` hands
  /// its gradient on to the inputs, all of which must be named. `backward` is copied bit by bit
  /// into the arena: it may capture variables, views and numbers, but nothing that owns memory. It
  /// is recorded only if an input wants a gradient, and called only if the loss depends on the
  /// result. Where there is none, give `inference_only`. Throws Error (internal) where an input is
  /// of an earlier step or of another tape, and where a size is negative.
  //! [operation]
  template <class Forward, class Backward>
  Variable operation(std::string_view name, const Inputs& inputs, Shape shape,
                     const Forward& forward, const Backward& backward) {
    const Variable y = make(name, shape, wants_gradient(name, inputs));
    forward(ForwardPass{*this, threads_, y.data().value});
    if (y.wants_gradient()) record(name, inputs, y, backward);
    return y;
  }
  //! [operation]

  /// x (n, n_blocks * d) seen as blocks of columns, each (n, d): no number is copied, neither of
  /// the value nor of the gradient. Throws Error (internal) where the columns make no equal blocks.
  void split_columns(Variable x, std::span<Variable> blocks);

  /// The backward pass: starts from d loss / d output = `gradient` (of output's shape) and calls
  /// what was recorded, last first. What it leaves in inputs and parameters is added to what a pass
  /// before it left there in this step.
  void backward(Variable output, ConstMatrixView gradient);
  /// The same from a loss (1, 1), with d loss / d loss = 1.
  void backward(Variable loss);

  /// The longest chain of recorded operations that ends with `output`, each of which waits for the
  /// one before it: what no number of processors shortens. 0 for an input.
  Index depth_of(Variable output) const;

  /// y = or += x weight, on all threads.
  void multiply_by_weight(ConstMatrixView x, const Weight& weight, const Into& y,
                          const MatmulOptions& options = {});
  /// From now until `begin`, a parameter is packed for its first product and then kept; it must not
  /// change meanwhile. For translating token by token.
  void keep_weights_packed() { keeps_weights_packed_ = true; }

  /// The next dropout of this step: each gets random numbers of its own. Drops nothing in
  /// inference.
  Dropout next_dropout(float p);

  /// Calls an observer for named activations as long as it lives; another one in a smaller scope
  /// takes its place meanwhile. The tape must outlive it.
  class [[nodiscard]] Listening {
   public:
    Listening(Tape& tape, Observer observer)
        : tape_(tape), observer_(std::move(observer)), outer_(tape.listening_) {
      tape.listening_ = this;
    }
    ~Listening() { tape_.listening_ = outer_; }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

   private:
    friend class Tape;
    Tape& tape_;
    Observer observer_;
    Listening* outer_;
  };
  Listening listen(Observer observer) { return {*this, std::move(observer)}; }
  /// Shows a variable to the observer, if there is one (figures, traces). Costs nothing otherwise.
  void observe(std::string_view path, std::string_view name, Variable variable) const {
    if (listening_) listening_->observer_(path, name, variable);
  }

 private:
  friend class BackwardPass;
  friend class Variable;

  struct Record {
    Record* previous;
    void (*call)(Tape&, Record&);
    VariableData* output;
    std::span<VariableData* const> inputs;
  };
  struct PackedWeight {
    std::uint64_t parameter_id;
    bool is_transposed;
    PackedFactor packed;
  };

  bool wants_gradient(std::string_view name, const Inputs& inputs) const;
  Variable make(std::string_view name, Shape shape, bool wants_gradient);
  Record header(const Inputs& inputs, Variable output);

  //! [record]
  template <class Backward>
  void record(std::string_view, const Inputs& inputs, Variable y, const Backward& backward) {
    static_assert(std::is_trivially_copyable_v<Backward>, "a backward function owns no memory");
    struct Entry : Record {
      Backward function;
      Entry(const Record& record, const Backward& f) : Record(record), function(f) {}
    };
    const auto call = [](Tape& tape, Record& record) {
      if (!record.output->has_gradient) return;  // the loss does not depend on it
      static_cast<Entry&>(record).function(BackwardPass(tape, record.inputs, *record.output));
      tape.take_back_gradient(*record.output);
    };
    Record record = header(inputs, y);
    record.call = call;
    last_ = arena_.create<Entry>(record, backward);
  }
  //! [record]
  [[noreturn]] void record(std::string_view name, const Inputs&, Variable, InferenceOnly);

  Into into(VariableData& x);
  MatrixView place_of_gradient(VariableData& x);
  void lend_gradient(VariableData& x);
  void take_back_gradient(VariableData& x);

  // Of blocks.cpp.
  VariableData* blocks_of(const VariableData& whole) const;
  bool must_add_to(VariableData& x);
  void complete_gradient(VariableData& whole);

  PackedFactor packed(const Weight& weight, Index n_rows);

  Threads& threads_;
  Arena arena_;
  Record* last_ = nullptr;
  std::vector<std::span<float>> unused_gradients_;
  bool keeps_weights_packed_ = false;
  Arena packed_;
  std::vector<PackedWeight> packed_weights_;
  Mode mode_ = Mode::inference;
  RandomKey key_;
  Listening* listening_ = nullptr;
};

/// The tape of the first input that is on one. Throws Error (internal) where none is.
Tape& tape_of(std::string_view operation, const Inputs& inputs);

/// `Tape::operation` on the tape of the inputs. Parameters are on none: where all inputs are
/// parameters, name the tape.
template <class Forward, class Backward>
Variable operation(std::string_view name, const Inputs& inputs, Shape shape, const Forward& forward,
                   const Backward& backward) {
  return tape_of(name, inputs).operation(name, inputs, shape, forward, backward);
}

}  // namespace transformer
