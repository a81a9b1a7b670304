// All that a training of the character model adds to the trainer and the training loop.
#pragma once

#include <algorithm>

#include "chapters/07_training_loop/loss.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "src/io/settings.hpp"
#include "src/run/training_loop.hpp"
#include "tests/rooms/character_model.hpp"

namespace transformer {

/// Trains on 16 windows of the text a step, from the first or from where the run's checkpoint
/// stands up to `last_step`. Every step is shown.
inline LoopReport train_characters(std::span<const TokenId> text, const ModelConfig& config,
                                   const LoopOptions& options, std::int64_t last_step,
                                   const std::function<void(const StepReport&)>& show) {
  TrainingLoop loop(options);
  ParameterStore store(1);
  const CharacterModel model(store, config, 1 + *std::max_element(text.begin(), text.end()));
  Trainer trainer(store, paper_schedule(config.d_model, 20, 0.5f), Threads::serial());
  const Metadata settings = describe(config);
  if (const auto checkpoint = loop.checkpoint()) {
    TrainingLoop::require_settings(*checkpoint, settings);
    checkpoint->load_into(store);
    trainer.set_n_steps(checkpoint->integer("step"));
  }
  const auto make_step = [&] {
    PackedSentences windows;
    std::vector<TokenId> targets;  // the characters that follow those of the windows
    const auto n = static_cast<size_t>(config.n_positions), n_begins = text.size() - n;
    const RandomKey key{2, static_cast<std::uint32_t>(trainer.n_steps())};
    for (std::uint64_t i = 0; i < 16; ++i) {
      const std::uint32_t begin = key.below(i, static_cast<std::uint32_t>(n_begins));
      windows.push(text.subspan(begin, n));
      windows.end_sentence();
      for (const TokenId token : text.subspan(begin + 1, n)) targets.push_back(token);
    }
    const StepReport report = trainer.step([&](Tape& tape) {
      return label_smoothed_cross_entropy(model(tape, windows), targets, 0.0f);
    });
    show(report);
    return StepMetrics{report.loss, report.update.learning_rate, report.update.gradient_norm,
                       windows.n_tokens()};
  };
  return loop.train({store, settings, [&] { return last_step; }, make_step}, trainer.n_steps());
}

}  // namespace transformer
