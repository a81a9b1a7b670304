// Compares the chapter's pieces with what PyTorch computed.

#include "src/book/reference.hpp"

#include <map>

#include "chapters/11_complexity/local_layers.hpp"
#include "src/book/scenes.hpp"

namespace transformer {
namespace {

/// The arrays of one case, as inputs of a tape.
class Case {
 public:
  Case(ReferenceCheck& check, const std::string& name) : check_(check), name_(name + "/") {
    tape_.begin(Mode::training);
  }

  Variable input(const std::string& array) {
    numbers_[array] = check_.input(name_ + array);
    return inputs_[array] = tape_.input(view_of(numbers_[array]), true);
  }
  Index count(const std::string& name) { return check_.count(name_ + name); }

  void compare(Variable y) {
    check_.compare(name_ + "outputs/y", y.value());
    const Matrix dy = check_.input(name_ + "dy");
    tape_.backward(y, view_of(dy));
    for (const auto& [array, x] : inputs_) {
      const size_t begin = array.starts_with("parameters/") ? 11 : 0;
      check_.compare(name_ + "gradients/" + array.substr(begin), x.gradient());
    }
  }

 private:
  ReferenceCheck& check_;
  std::string name_;
  Tape tape_{Threads::serial()};
  std::map<std::string, Matrix> numbers_;  // which outlive the step
  std::map<std::string, Variable> inputs_;
};

}  // namespace

void check_reference(ReferenceCheck& check) {
  const std::vector<Index> offsets = check.offsets("offsets");
  for (const std::string name : {"plain", "dilated", "causal"}) {
    Case one(check, name);
    const Taps taps{one.count("n_taps"), one.count("dilation"), name == "causal"};
    const Variable x = one.input("x"), w = one.input("parameters/w"), b = one.input("parameters/b");
    one.compare(convolution(x, w, b, {offsets}, taps));
  }
  Case restricted(check, "restricted");
  const Variable q = restricted.input("q"), k = restricted.input("k"), v = restricted.input("v");
  restricted.compare(restricted_attention(q, k, v, {offsets}, restricted.count("reach"),
                                          restricted.count("n_heads")));
}

}  // namespace transformer
