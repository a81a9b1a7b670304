#include "chapters/07_training_loop/translation_loss.hpp"

#include "chapters/07_training_loop/loss.hpp"

namespace transformer {

//! [translation_loss]
Variable translation_loss(const Transformer& model, Tape& tape, const TranslationBatch& batch,
                          float epsilon_ls) {
  const Variable memory = model.encode(tape, batch.source);
  const Variable y = model.decode(batch.target_input, memory, batch.source.segments());
  return projected_cross_entropy(y, model.embedding().table(), batch.target_output, epsilon_ls);
}
//! [translation_loss]

Variable r_drop_loss(const Transformer& model, Tape& tape, const TranslationBatch& batch,
                     float epsilon_ls, float alpha) {
  const Variable memory = model.encode(tape, batch.source);
  const Variable y = model.decode(batch.target_input, memory, batch.source.segments());
  return projected_r_drop(y, model.embedding().table(), batch.target_output, epsilon_ls, alpha);
}

}  // namespace transformer
