// Compares the chapter's piece with what PyTorch computed.

#include "src/book/reference.hpp"

#include <map>

#include "chapters/07_training_loop/optimizer.hpp"
#include "chapters/09_recurrent_networks/recurrence.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"

namespace transformer {
namespace {

/// The layers of one case: one direction or two, with the plain cells or the fast operation.
class Layers {
 public:
  Layers(ReferenceCheck& check, const std::string& name, CellKind kind, bool is_fast)
      : check_(check),
        name_(name + "/"),
        n_parts_(kind == CellKind::lstm ? 2 : 1),
        is_fast_(is_fast),
        offsets_(check.offsets(name_ + "offsets")) {
    tape_.begin(Mode::training);
    x_ = input("x");
    h_0_ = input("h_0");
    if (n_parts_ == 2) c_0_ = input("c_0");
    const Index n_directions = name.starts_with("bidirectional") ? 2 : 1;
    const Index d = h_0_.n_columns() / n_directions;
    for (Index i = 0; i < n_directions; ++i) {
      weights_.emplace_back(store_, i == 0 ? "forwards" : "backwards", kind, x_.n_columns(), d);
    }
    check.load_values(store_, name_ + "parameters/");
  }

  void compare() {
    const Variable y = result();
    check_.compare(name_ + "outputs/y", y.value());
    tape_.backward(y, view_of(numbers_["dy"] = check_.input(name_ + "dy")));
    check_.compare_gradients(store_, name_ + "gradients/");
    check_.compare(name_ + "gradients/x", x_.gradient());
    check_.compare(name_ + "gradients/h_0", h_0_.gradient());
    if (n_parts_ == 2) check_.compare(name_ + "gradients/c_0", c_0_.gradient());
  }

 private:
  Variable input(const std::string& array) {
    return tape_.input(view_of(numbers_[array] = check_.input(name_ + array)), true);
  }

  /// Part i of n equal blocks of columns.
  Variable block(Variable x, size_t i, size_t n) {
    std::vector<Variable> blocks(n);
    tape_.split_columns(x, blocks);
    return blocks[i];
  }

  /// What each direction says of each token, then its last h, and of an LSTM its last c.
  Variable result() {
    std::vector<Variable> said, last_h, last_c;
    for (size_t i = 0; i < weights_.size(); ++i) {
      const TimeSteps steps(tape_, {offsets_}, i == 0 ? Reading::forwards : Reading::backwards);
      const Variable states = run(weights_[i], steps, start(i, steps));
      const Variable last = rows(states, steps.last);
      const auto n_parts = static_cast<size_t>(n_parts_);
      said.push_back(rows(block(states, 0, n_parts), steps.places));
      last_h.push_back(block(last, 0, n_parts));
      if (n_parts_ == 2) last_c.push_back(block(last, 1, n_parts));
    }
    std::vector<Variable> y = {join_columns(said), join_columns(last_h)};
    if (n_parts_ == 2) y.push_back(join_columns(last_c));
    return join_rows(y);
  }

  Variable start(size_t direction, const TimeSteps& steps) {
    std::vector<Variable> parts = {block(h_0_, direction, weights_.size())};
    if (n_parts_ == 2) parts.push_back(block(c_0_, direction, weights_.size()));
    return rows(join_columns(parts), steps.order);
  }

  Variable run(const RecurrentWeights& w, const TimeSteps& steps, Variable start) {
    if (is_fast_) return (n_parts_ == 2 ? lstm : rnn)(rows(x_, steps.rows), w, start, steps);
    return (n_parts_ == 2 ? lstm_step_by_step : rnn_step_by_step)(x_, w, start, steps);
  }

  ReferenceCheck& check_;
  std::string name_;
  Index n_parts_;
  bool is_fast_;
  std::vector<Index> offsets_;
  ParameterStore store_{1};
  Tape tape_{Threads::serial()};
  std::map<std::string, Matrix> numbers_;  // which outlive the step
  Variable x_, h_0_, c_0_;
  std::vector<RecurrentWeights> weights_;
};

/// The optimiser cuts a gradient before anything else: its first moment after the first step is
/// 1 - beta_1 times what was left.
void check_clipping(ReferenceCheck& check, const std::string& size) {
  const Matrix gradient = check.input("clipping/" + size + "/gradient");
  const ConstMatrixView dw = view_of(gradient);
  ParameterStore store(1);
  const Variable w = store.add("w", dw.n_rows, dw.n_columns, Initial::zeros());
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  tape.backward(map<Tanh>(tape.use(w)), dw);  // whose derivative is 1 at 0
  const OptimizerConfig config{.clip_norm = static_cast<float>(check.number("clipping/max_norm"))};
  const UpdateReport report =
      Optimizer(store, config, [](std::int64_t) { return 1.0; }).update(1, Threads::serial());
  check.compare("clipping/outputs/" + size + "/norm", report.gradient_norm);
  Matrix clipped = matrix_of<float>(ConstMatrixView(store.first_moment(store.at("w"))));
  clipped /= 1 - config.beta_1;
  check.compare("clipping/outputs/" + size + "/clipped", view_of(clipped));
  check.compare("clipping/outputs/" + size + "/left", norm_of(view_of(clipped)));
}

}  // namespace

void check_reference(ReferenceCheck& check) {
  for (const bool is_fast : {false, true}) {
    for (const std::string direction : {"", "bidirectional_"}) {
      Layers(check, direction + "rnn", CellKind::rnn, is_fast).compare();
      Layers(check, direction + "lstm", CellKind::lstm, is_fast).compare();
    }
  }
  for (const char* size : {"small", "large", "huge"}) check_clipping(check, size);
}

}  // namespace transformer
