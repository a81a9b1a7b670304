// Compares the chapter's pieces with what PyTorch computed.
#include "src/book/reference.hpp"

#include <map>

#include "chapters/10_additive_attention/additive_attention.hpp"
#include "chapters/10_additive_attention/attentive_translator.hpp"
#include "src/book/additive_formulas.hpp"
#include "src/book/scenes.hpp"

namespace transformer {
namespace {

/// A tape in training, with inputs from the file.
struct OnFile {
  explicit OnFile(ReferenceCheck& of) : check(of) { tape.begin(Mode::training); }

  const Matrix& array(const std::string& name) { return numbers[name] = check.input(name); }
  Variable input(const std::string& name) { return tape.input(view_of(array(name)), true); }

  ReferenceCheck& check;
  Tape tape{Threads::serial()};
  std::map<std::string, Matrix> numbers;  // which outlive the step
};

void check_attention(ReferenceCheck& check) {
  OnFile on(check);
  const std::vector<Index> queries = check.offsets("attention/query_offsets"),
                           keys = check.offsets("attention/key_offsets");
  std::map<std::string, Variable> inputs;
  for (const char* name : {"q", "k", "v", "values"}) {
    inputs[name] = on.input(std::string("attention/") + name);
  }
  const Variable y = additive_attention(inputs["q"], inputs["k"], inputs["v"], inputs["values"],
                                        {queries}, {keys});
  check.compare("attention/outputs/y", y.value());
  on.tape.backward(y, view_of(on.array("attention/dy")));
  for (const auto& [name, input] : inputs) {
    check.compare("attention/gradients/" + name, input.gradient());
  }
}

void check_gru(ReferenceCheck& check) {
  OnFile on(check);
  const Variable x = on.input("gru/x"), h = on.input("gru/h");
  ParameterStore store(1);
  const GruWeights w(store, "cell", x.n_columns(), h.n_columns());
  check.load_values(store, "gru/parameters/");
  const Variable y = gru_cell(x, h, w);
  check.compare("gru/outputs/y", y.value());
  on.tape.backward(y, view_of(on.array("gru/dy")));
  check.compare_gradients(store, "gru/gradients/");
  check.compare("gru/gradients/x", x.gradient());
  check.compare("gru/gradients/h", h.gradient());

  // And that the other formula of the page is PyTorch's.
  const auto number = [](Variable v) { return matrix_of<double>(v.value()); };
  const formula::Gru<double> cell{number(w.w_x), number(w.w_h), number(w.w_c), number(w.b)};
  const Matrix theirs = cell.step_of_pytorch(number(x), number(h));
  check.compare("gru/outputs/of_nn_gru", view_of(theirs));
}

void check_translator(ReferenceCheck& check) {
  OnFile on(check);
  const std::string in = "translator/";
  const PackedSentences source{check.tokens(in + "source_tokens"),
                               check.offsets(in + "source_offsets")},
      target{check.tokens(in + "target_input"), check.offsets(in + "target_offsets")};
  ParameterStore store(1);
  const Index n_vocabulary = check.input(in + "parameters/embedding").shape(0);
  const AttentiveTranslator model(store, {.d_model = check.count(in + "config/d_model")},
                                  n_vocabulary);
  check.load_values(store, in + "parameters/");
  const TimeSteps steps(on.tape, target.segments());
  const SourceMemory memory = model.encode(on.tape, source, steps.order);
  const Variable said = model.decode(in_time_order(on.tape, target.tokens, steps), memory, steps);
  const Variable logits = rows(model.logits(said), steps.places);
  check.compare(in + "outputs/logits", logits.value());
  on.tape.backward(logits, view_of(on.array(in + "dlogits")));
  check.compare_gradients(store, in + "gradients/");
}

}  // namespace

void check_reference(ReferenceCheck& check) {
  check_attention(check);
  check_gru(check);
  check_translator(check);
}

}  // namespace transformer
