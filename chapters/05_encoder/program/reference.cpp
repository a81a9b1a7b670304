// Compares the chapter's piece with what PyTorch computed.

#include "src/book/reference.hpp"
#include "chapters/05_encoder/encoder.hpp"
#include "chapters/05_encoder/pre_norm.hpp"
#include "chapters/05_encoder/program/parts.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

void check_layer_norm(ReferenceCheck& check) {
  const Matrix example = normalised(check.input("layer_norm/example"));
  check.compare("layer_norm/outputs/example", view_of(example));
  const Matrix x_value = check.input("layer_norm/x"), dy = check.input("layer_norm/dy");
  ParameterStore store(0);
  const Variable gain = store.add("gain", 1, 4, {}), bias = store.add("bias", 1, 4, {});
  check.load_values(store, "layer_norm/parameters/");
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(x_value), true), y = layer_norm(x, gain, bias);
  tape.backward(y, view_of(dy));
  check.compare("layer_norm/outputs/y", y.value());
  check.compare("layer_norm/gradients/x", x.gradient());
  check.compare_gradients(store, "layer_norm/gradients/");
}

/// `name` is layer (one of them) or stack.
void check_encoder(ReferenceCheck& check, const std::string& name, ModelConfig config,
                   const Segments& sentences) {
  if (name == "layer") config.n_layers = 1;
  const Matrix x_value = check.input(name + "/x"), dy = check.input(name + "/dy");
  ParameterStore store(0);
  const Encoder encoder(store, "encoder", config);
  check.load_values(store, name + "/parameters/");
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(x_value), true), y = encoder(x, sentences);
  tape.backward(y, view_of(dy));
  check.compare(name + "/outputs/y", y.value());
  check.compare(name + "/gradients/x", x.gradient());
  check.compare_gradients(store, name + "/gradients/");
}

}  // namespace

void check_reference(ReferenceCheck& check) {
  ModelConfig config{.p_drop = 0.0f};
  check.read_settings(config);
  const std::vector<Index> offsets = check.offsets("offsets");
  check_layer_norm(check);
  check_encoder(check, "layer", config, {offsets});
  check_encoder(check, "stack", config, {offsets});

  // The norm before each sub-layer, with the parameters of "layer".
  ParameterStore store(0);
  const PreNormLayer pre_norm(store, "encoder.layer_0", config);
  check.load_values(store, "layer/parameters/");
  const Matrix x = check.input("layer/x");
  Tape tape(Threads::serial());
  check.compare("layer/outputs/pre_norm", pre_norm(tape.input(view_of(x)), {offsets}).value());
}

}  // namespace transformer
