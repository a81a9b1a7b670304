// Training on a parallel corpus, from the two text files to the checkpoint.
#pragma once

#include <memory>
#include <optional>

#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/08_translation/evaluation.hpp"
#include "chapters/08_translation/trained_model.hpp"
#include "chapters/08_translation/translator/best_validation.hpp"
#include "chapters/08_translation/translator/learned_text.hpp"
#include "chapters/08_translation/translator/options.hpp"
#include "src/data/batches.hpp"
#include "src/data/parallel_corpus.hpp"

namespace transformer {

/// One run: prepares data and model, or picks up where the run folder's checkpoint stands, and
/// trains.
class TrainingRun {
 public:
  /// Locks the run folder, reads the corpus, builds or loads vocabulary and model. Throws Error:
  /// usage where the settings are not those of the run that is there; others as its parts do.
  TrainingRun(const TrainOptions& options, Threads& threads);

  /// Warns where there is only copying to learn, and where a text that is to judge the model was
  /// learned from, or does not fit. For once: then it forgets what there is to compare with.
  void warn_of_texts(const std::optional<HeldOutText>& held_out);

  /// Trains up to the last update. Returns the signal that stopped it early, or 0.
  int train();

  /// The line that says what the best validation found; nothing where there was none.
  std::string about_validations() const;

  const TrainedModel& trained() const { return *trained_; }
  TranslationTapes& tapes() { return tapes_; }
  const TranslatorPaths& paths() const { return paths_; }

 private:
  void prepare_model(const ParallelText& text);
  Schedule schedule() const;
  void prepare_batches(const ParallelText& text);
  /// Some systems promise memory that they do not have, and kill the program that uses it.
  void require_memory() const;
  /// Cuts the training text anew.
  void sample_pieces(std::uint32_t epoch);
  /// The toy corpus is what a run gets that names no text: no reason to touch a run of another.
  /// Nor is an average a training.
  void require_own_training(const Checkpoint& checkpoint) const;
  void resume(const Checkpoint& checkpoint);
  void describe_run(const ParallelText& text, const ParallelTextCounts& validation) const;
  void warn_of_run(const ParallelTextCounts& counts) const;
  /// The number of the last step. With epochs an estimate before the last of them, because epochs
  /// differ a little in their number of batches.
  std::int64_t last_step() const;
  bool is_patience_over() const;
  /// Of R-Drop; 0 while it takes one pass.
  float alpha_of_next_step() const;
  StepMetrics make_step();
  Metadata position() const;
  /// Writes the vocabulary for people to read; a warning where that is impossible.
  void show_vocabulary() const;
  double validation_loss();
  /// Validates now and then.
  Watched watch(std::int64_t step, MetricsLog& log);

  TrainOptions options_;
  Metadata settings_;
  TranslatorPaths paths_;
  TrainingLoop loop_;
  Tokenizer tokenizer_;
  Threads& threads_;
  TranslationTapes tapes_;
  ParallelCorpus training_, validation_;
  std::optional<LearnedText> learned_;  // as evaluation reads it: not in sampled pieces
  std::vector<std::string> source_lines_, target_lines_;  // where pieces are sampled from them
  std::optional<HeldOutText> validation_text_;
  std::vector<TranslationBatch> parts_;  // of a step: its batches ...
  std::vector<double> shares_;           // ... and their shares of the step's tokens
  BestValidation validations_;
  std::string doubts_, signature_;  // about the translations of the last one, and of its BLEU
  std::unique_ptr<TrainedModel> trained_;
  std::unique_ptr<Trainer> trainer_;
  std::optional<Batches> batches_;
};

}  // namespace transformer
