// Models that later chapters bring, made of the public pieces alone: what they compute, and all
// gradients, is what PyTorch's modules compute.
#include <map>
#include <numeric>

#include "src/book/reference.hpp"
#include "tests/rooms/character_model.hpp"
#include "tests/rooms/lstm_cell.hpp"
#include "tests/rooms/patch_embedding.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// A model's part of the file, and a tape on which it is trained.
struct Case {
  ReferenceCheck& check;
  std::string name;
  ParameterStore store{1};
  Tape tape{Threads::serial()};
  std::map<std::string, Matrix> numbers = {};  // which outlive the step

  Case(ReferenceCheck& file, const std::string& of_case) : check(file), name(of_case + "/") {
    tape.begin(Mode::training);
  }

  /// An array of the file as a variable that wants a gradient.
  Variable input(const std::string& array) {
    return tape.input(view_of(numbers[array] = check.input(name + array)), true);
  }

  /// Compares a result, then the gradients of sum(result * its gradient in the file).
  void compare(const std::string& result, Variable y, const std::map<std::string, Variable>& of) {
    check.compare(name + "outputs/" + result, y.value());
    tape.backward(y, view_of(numbers["dy"] = check.input(name + "d" + result)));
    check.compare_gradients(store, name + "gradients/");
    for (const auto& [array, x] : of) check.compare(name + "gradients/" + array, x.gradient());
  }
};

void check_character_model(ReferenceCheck& check) {
  Case c(check, "character_model");
  ModelConfig config{.p_drop = 0.0f, .n_positions = check.count(c.name + "n_positions")};
  check.read_settings(config);
  const CharacterModel model(c.store, config, check.count(c.name + "n_vocabulary"));
  check.load_values(c.store, c.name + "parameters/");
  const PackedSentences texts{check.tokens(c.name + "tokens"), check.offsets(c.name + "offsets")};
  c.compare("logits", model(c.tape, texts), {});
}

void check_lstm_cell(ReferenceCheck& check) {
  Case c(check, "lstm_cell");
  const Variable x = c.input("x"), h_0 = c.input("h_0"), c_0 = c.input("c_0");
  const LstmCell cell(c.store, "cell", x.n_columns(), h_0.n_columns());
  check.load_values(c.store, c.name + "parameters/");

  std::vector<TokenId> places(static_cast<size_t>(x.n_rows()));
  std::iota(places.begin(), places.end(), 0);
  const auto n = static_cast<size_t>(h_0.n_rows());
  LstmCell::State state{h_0, c_0};
  std::vector<Variable> said;
  for (Index t = 0; t < check.count(c.name + "n_steps"); ++t) {
    state = cell(rows(x, std::span(places).subspan(t * n, n)), state);
    said.push_back(state.h);
  }
  said.push_back(state.c);
  c.compare("y", join_rows(said), {{"x", x}, {"h_0", h_0}, {"c_0", c_0}});
}

void check_patch_embedding(ReferenceCheck& check) {
  Case c(check, "patch_embedding");
  const Variable patches = c.input("patches");
  const Index n_patches = check.count(c.name + "n_patches");
  const PatchEmbedding embed(c.store, n_patches, patches.n_columns(),
                             check.count("config/d_model"));
  check.load_values(c.store, c.name + "parameters/");
  c.compare("y", embed(patches), {{"patches", patches}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(references)

BOOST_AUTO_TEST_CASE(the_three_models_and_all_their_gradients_equal_pytorch) {
  under_every_instruction_set([] {
    ReferenceCheck check(reference_file("rooms"));
    check_character_model(check);
    check_lstm_cell(check);
    check_patch_embedding(check);
    BOOST_TEST(check.finish() == 0);
  });
}

BOOST_AUTO_TEST_SUITE_END()
