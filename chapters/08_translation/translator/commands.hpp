// What the subcommands of `transformer` do. Each returns the exit code.
#pragma once

#include "chapters/08_translation/translator/options.hpp"

namespace transformer {

/// Trains, shows what was learned on the held-out text, and says where the run is kept.
int train_command(TrainOptions options);
/// Prints one translation a line. Trains the toy translator first where there is no run.
int translate_command(TranslateOptions options);
/// Makes a run whose parameters are the average of another run's last kept checkpoints.
int average_command(const AverageOptions& options);
/// Prints the logits of what follows each token of `<s>` and a translation, one line a token: to be
/// compared with other programs (in_pytorch.py).
int logits_command(const LogitsOptions& options);
/// Prints the settings, the sizes and the history of a run.
int inspect_command(const RunOptions& options);
/// Draws the log of a run: loss, BLEU and learning rate, as SVG files in its folder.
int curves_command(const RunOptions& options);
/// Translates a text that has a reference and says how close it came.
int evaluate_command(EvaluateOptions options);

}  // namespace transformer
