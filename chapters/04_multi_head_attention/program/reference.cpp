// Compares the chapter's piece with what PyTorch computed.

#include "src/book/reference.hpp"
#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

/// Loads the layer's parameters, runs it forward and back, and compares everything.
/// `attend(x, memory)` applies the layer; `uses_memory` says whether memory gets a gradient.
template <class Attend>
void check_case(ReferenceCheck& check, const std::string& name, ParameterStore& store,
                bool uses_memory, Attend attend) {
  check.load_values(store, name + "/parameters/");
  const Matrix x_value = check.input("x"), memory_value = check.input("memory"),
               dy = check.input(name + "/dy");
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(x_value), true);
  const Variable memory = tape.input(view_of(memory_value), true);
  const Variable y = attend(x, memory);
  tape.backward(y, view_of(dy));
  check.compare(name + "/outputs/y", y.value());
  check.compare(name + "/gradients/x", x.gradient());
  if (uses_memory) check.compare(name + "/gradients/memory", memory.gradient());
  check.compare_gradients(store, name + "/gradients/");
}

}  // namespace

void check_reference(ReferenceCheck& check) {
  constexpr Index width = 12;
  const Index n = check.count("n_heads");
  const std::vector<Index> sentences = check.offsets("offsets");
  const std::vector<Index> memory_sentences = check.offsets("memory_offsets");
  const auto check_self = [&](const std::string& name, Mask mask) {
    ParameterStore store(0);
    const SelfAttention attention(store, "self_attention", width, n);
    check_case(check, name, store, false,
               [&](Variable x, Variable) { return attention(x, {sentences}, mask); });
  };
  check_self("self", Mask::none);
  check_self("causal", Mask::causal);

  ParameterStore store(0);
  const CrossAttention attention(store, "cross_attention", width, n);
  check_case(check, "cross", store, true, [&](Variable x, Variable memory) {
    return attention(x, {sentences}, memory, {memory_sentences});
  });
}

}  // namespace transformer
