// Compares the chapter's piece with what PyTorch computed.

#include "src/book/reference.hpp"
#include "chapters/07_training_loop/loss.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/07_training_loop/translation_loss.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

void check_loss(ReferenceCheck& check, float epsilon) {
  const Matrix logits_value = check.input("loss/logits");
  const std::vector<TokenId> targets = check.tokens("loss/targets");
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable logits = tape.input(view_of(logits_value), true);
  const Variable loss = label_smoothed_cross_entropy(logits, targets, epsilon);
  tape.backward(loss);
  check.compare("loss/outputs/loss", loss.value());
  check.compare("loss/gradients/logits", logits.gradient());
}

TranslationBatch read_batch(ReferenceCheck& check, const std::string& name) {
  const auto tokens = [&](const char* array) { return check.tokens(name + "/" + array); };
  const auto offsets = [&](const char* array) { return check.offsets(name + "/" + array); };
  return {{tokens("source_tokens"), offsets("source_offsets")},
          {tokens("target_input"), offsets("target_offsets")},
          tokens("target_output")};
}

/// Ten steps of the whole model, as PyTorch takes them.
void check_training(ReferenceCheck& check, float epsilon) {
  ModelConfig config{.p_drop = 0.0f};
  check.read_settings(config);
  ParameterStore store(0);
  Transformer model(store, config, 17);
  check.load_values(store);
  const std::vector<TranslationBatch> batches = {read_batch(check, "batch_0"),
                                                 read_batch(check, "batch_1")};
  Trainer trainer(store, paper_schedule(config.d_model, check.count("warmup_steps")),
                  Threads::serial());
  std::vector<double> losses, learning_rates;
  for (size_t step = 0; step < 10; ++step) {
    const TranslationBatch& batch = batches[step % batches.size()];
    const StepReport report =
        trainer.step([&](Tape& tape) { return translation_loss(model, tape, batch, epsilon); });
    losses.push_back(report.loss);
    learning_rates.push_back(report.update.learning_rate);
  }
  check.compare("outputs/losses", losses);
  check.compare("outputs/learning_rates", learning_rates);
  check.compare_values(store, "outputs/parameters/");
}

}  // namespace

void check_reference(ReferenceCheck& check) {
  const auto epsilon = static_cast<float>(check.number("epsilon_ls"));
  check_loss(check, epsilon);
  check_training(check, epsilon);
}

}  // namespace transformer
