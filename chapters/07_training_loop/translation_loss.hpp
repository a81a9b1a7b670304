// What the Transformer learns from: the next token of each target sentence.
#pragma once

#include "chapters/06_decoder/transformer.hpp"
#include "chapters/06_decoder/translation_batch.hpp"

namespace transformer {

/// The mean over the batch's target tokens of the label-smoothed cross-entropy, (1, 1). The batch
/// must outlive the step.
Variable translation_loss(const Transformer& model, Tape& tape, const TranslationBatch& batch,
                          float epsilon_ls);

/// The same of a batch that was repeated (`repeat`), in two passes that must agree
/// (`projected_r_drop`).
Variable r_drop_loss(const Transformer& model, Tape& tape, const TranslationBatch& batch,
                     float epsilon_ls, float alpha);

}  // namespace transformer
