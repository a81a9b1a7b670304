// A Transformer small enough to be worked out by plain formulas, and to learn in a second.
#pragma once

#include <bit>

#include "chapters/07_training_loop/loss.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/07_training_loop/translation_loss.hpp"
#include "src/book/model_formulas.hpp"
#include "tests/support/random_batches.hpp"

namespace transformer::test {

/// Room for n_marks marks and ten words.
inline constexpr Index n_small_vocabulary = n_marks + 10;

inline ModelConfig small_config(float p_drop = 0.1f) {
  return {
      .d_model = 16, .d_ff = 24, .n_heads = 2, .n_layers = 2, .p_drop = p_drop, .n_positions = 32};
}

/// A model and the parameters that it lives in.
struct SmallModel {
  ParameterStore store;
  Transformer model;

  explicit SmallModel(const ModelConfig& config = small_config(), std::uint64_t seed = 1)
      : store(seed), model(store, config, n_small_vocabulary) {}
};

/// What a test trains with.
struct TranslationTraining {
  std::uint64_t seed = 1;
  std::int64_t warmup_steps = 4000;
  float learning_rate_scale = 1.0f;
  float clip_norm = 0.0f;
  float epsilon_ls = 0.1f;
};

/// Trains a Transformer on batches of translations.
class TranslationTrainer : public Trainer {
 public:
  TranslationTrainer(Transformer& model, ParameterStore& store, const TranslationTraining& training,
                     Threads& threads)
      : Trainer(store,
                paper_schedule(model.config().d_model, training.warmup_steps,
                               training.learning_rate_scale),
                threads, training.seed, {.clip_norm = training.clip_norm}),
        model_(model),
        epsilon_ls_(training.epsilon_ls) {}

  StepReport step(const TranslationBatch& batch) {
    return Trainer::step(
        [&](Tape& tape) { return translation_loss(model_, tape, batch, epsilon_ls_); });
  }
  double evaluate(const TranslationBatch& batch) {
    return Trainer::evaluate(
        [&](Tape& tape) { return translation_loss(model_, tape, batch, 0.0f); });
  }

 private:
  Transformer& model_;
  float epsilon_ls_;
};

/// Parameters and moments bit by bit, to be compared with those of another run.
inline std::vector<std::uint32_t> bits_of(ParameterStore& store) {
  std::vector<std::uint32_t> bits;
  for (const auto block : {store.values(), store.first_moments(), store.second_moments()}) {
    for (const float number : block) bits.push_back(std::bit_cast<std::uint32_t>(number));
  }
  return bits;
}

/// The logits of the whole model by the plain formulas, (n_target_tokens, n_vocabulary).
template <class T>
MatrixOf<T> logits_by_formula(const ParameterStore& store, const std::vector<MatrixOf<T>>& values,
                              const ModelConfig& config, const PackedSentences& source,
                              const PackedSentences& target, RandomKey first_dropout = {}) {
  const formula::Weights<T> weights(store, values);
  const MatrixOf<T> y = formula::transformer(weights, config.n_layers, config.n_heads, source,
                                             target, {config.p_drop, first_dropout});
  return formula::product(y, formula::transpose(weights("embedding")));
}

}  // namespace transformer::test
