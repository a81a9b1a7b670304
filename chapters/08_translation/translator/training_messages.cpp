// What a training says of itself.
#include <fmt/format.h>

#include "chapters/08_translation/translator/learned_text.hpp"
#include "chapters/08_translation/translator/training_run.hpp"
#include "src/kernels/instruction_set.hpp"
#include "src/run/output.hpp"

namespace transformer {
namespace {

constexpr Index suspicious_line_bytes = 1'000'000;

/// `, 3 blank and 1 too long left out`, and so on; nothing where there is nothing to remark.
std::string remarks(const ParallelTextCounts& counts, const ParallelCorpus& corpus) {
  std::string text;
  if (counts.n_blank + counts.n_too_long > 0) {
    text = fmt::format(", {} blank and {} too long left out", counts.n_blank, counts.n_too_long);
  }
  if (counts.n_byte_order_marks > 0) text += ", a byte order mark dropped";
  if (corpus.n_unknown > 0) {
    const double percent = corpus.percent_unknown();
    text += percent < 0.1 ? ", less than 0.1 % of the tokens unknown"
                          : fmt::format(", {:.1f} % of the tokens unknown", percent);
  }
  return text;
}

}  // namespace

void TrainingRun::describe_run(const ParallelText& text,
                               const ParallelTextCounts& validation) const {
  const ModelConfig& model = options_.model;
  // What may be refused comes first: nothing is printed then.
  const std::string_view kernels = name_of(instruction_set());
  print_out("corpus: {} pairs to train on{}, {} to validate{}; {} different tokens\n",
            training_.n_pairs(), remarks(text.counts, training_), validation_.n_pairs(),
            remarks(validation, validation_), trained_->vocabulary.size());
  print_out("model: {} + {} layers, d_model {}, d_ff {}, {} heads, {} parameters\n", model.n_layers,
            model.n_layers, model.d_model, model.d_ff, model.n_heads,
            trained_->store.n_parameters());
  const std::string epochs =
      options_.n_epochs > 0 ? fmt::format("{} epochs, about ", options_.n_epochs) : "";
  print_out("training: {}{} steps of up to {} target tokens; {} thread{}, {}\n", epochs,
            last_step(), options_.settings.n_batches * options_.settings.batch_tokens,
            threads_.count(), threads_.count() == 1 ? "" : "s", kernels);
  warn_of_run(text.counts);
  const std::int64_t done = trainer_->n_steps();
  if (is_patience_over()) {
    print_out(
        "trained already ({} steps, no better BLEU or loss in {} validations); --overwrite trains "
        "anew\n",
        done, validations_.n_idle());
  } else if (done >= last_step()) {
    print_out("trained already ({} steps); --overwrite trains anew\n", done);
  } else if (done > 0) {
    print_out("going on after step {}\n", done);
  }
}

void TrainingRun::warn_of_run(const ParallelTextCounts& counts) const {
  if (counts.longest_line_bytes > suspicious_line_bytes) {
    warn("{}, {}: a line has {} bytes; check that LF ends the lines",
         options_.training.source.string(), options_.training.target.string(),
         counts.longest_line_bytes);
  }
  if (tokenizer_.splitting() != Splitting::pieces && 2 * counts.n_with_pieces > counts.n_lines) {
    warn("{}: {} of {} lines are cut into pieces (wo@@ r@@ ds); --tokens pieces joins them",
         options_.training.source.string(), counts.n_with_pieces, counts.n_lines);
  }
  const std::int64_t n_warmup = options_.settings.warmup_steps;
  if (last_step() < n_warmup) {
    warn("{} steps are fewer than the {} of the warm-up, so the learning rate stays small; {}",
         last_step(), n_warmup, "train longer (--updates) or give a smaller --warmup-steps");
  }
}

void TrainingRun::warn_of_texts(const std::optional<HeldOutText>& held_out) {
  const auto warn_of = [](const std::vector<std::string>& doubts) {
    for (const std::string& doubt : doubts) warn("{}", doubt);
  };
  if (training_.n_unknown == training_.source.n_tokens() + training_.target.n_tokens()) {
    warn(
        "no token of the training text is known: lower --minimum-count, or raise "
        "--vocabulary-size");
  } else {
    warn_of(learned_->doubts());
  }
  if (options_.validation.given()) {
    warn_of(learned_->doubts(validation_, options_.validation.source.string()));
  }
  if (held_out) warn_of(learned_->doubts(encode(*held_out, *trained_), held_out->name));
  learned_.reset();
}

std::string TrainingRun::about_validations() const {
  if (!validations_.best()) return {};
  std::string text = fmt::format("best validation: BLEU {:.2f}", validations_.best()->bleu);
  if (!signature_.empty()) text += fmt::format(" ({})", signature_);
  if (validations_.n_worse() > 0) {
    text += fmt::format(", {} before the last; translate --run {} uses it", validations_.n_worse(),
                        printable(paths_.best.string()));
  }
  return text + "\n";
}

}  // namespace transformer
