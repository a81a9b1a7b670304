#include "chapters/09_recurrent_networks/sequence_to_sequence.hpp"

#include "chapters/06_decoder/transformer.hpp"
#include "chapters/07_training_loop/loss.hpp"

namespace transformer {
namespace {

constexpr std::array directions = {Reading::forwards, Reading::backwards};

}  // namespace

SequenceToSequence::SequenceToSequence(ParameterStore& store, const RecurrentConfig& config,
                                       Index n_vocabulary)
    : config_(config),
      embedding_(store, "embedding", n_vocabulary, config.d_model),
      encoder_([&] {
        std::vector<RecurrentLayer> layers;
        const Index d = config.d_model;
        if (config.reading != EncoderReading::backwards) {
          layers.emplace_back(store, "encoder.forwards", config.cell, d, d);
        }
        if (config.reading != EncoderReading::forwards) {
          layers.emplace_back(store, "encoder.backwards", config.cell, d, d);
        }
        return layers;
      }()),
      decoder_(store, "decoder", config.cell, config.d_model + d_context(), config.d_model),
      w_start_(store.add("decoder.w_start", d_context(), decoder_.d_state(),
                         Initial::glorot(d_context(), decoder_.d_state()))),
      b_start_(store.add("decoder.b_start", 1, decoder_.d_state(), Initial::zeros())) {}

//! [encode]
Variable SequenceToSequence::encode(Tape& tape, const PackedSentences& source) const {
  std::array<Variable, 2> last;
  for (size_t i = 0; i < encoder_.size(); ++i) {
    const bool is_first = i == 0 && config_.reading != EncoderReading::backwards;
    const TimeSteps steps(tape, source.segments(), directions[is_first ? 0 : 1]);
    const Variable x = embed(tape, in_time_order(tape, source.tokens, steps));
    const Variable states = encoder_[i](x, steps);
    last[i] = rows(encoder_[i].hidden(states), steps.last);  // (n_sentences, d_model)
  }
  return encoder_.size() == 1 ? last[0] : join_columns(last);
}
//! [encode]

//! [decode]
Variable SequenceToSequence::start(Variable context) const {
  return linear(context, w_start_, b_start_, map_id<Tanh>);
}

Variable SequenceToSequence::decode(std::span<const TokenId> tokens, Variable context,
                                    Variable start, const TimeSteps& steps) const {
  const Variable y = embed(context.tape(), tokens);
  const Variable x = join_columns(std::array{y, rows(context, steps.owners)});
  return decoder_(x, start, steps);
}
//! [decode]

Variable SequenceToSequence::logits(Variable states) const {
  return project_to_vocabulary(said(states), embedding_.table());
}

//! [translation_loss]
Variable translation_loss(const SequenceToSequence& model, Tape& tape,
                          const TranslationBatch& batch, float epsilon_ls) {
  const Variable context = model.encode(tape, batch.source);
  const TimeSteps steps(tape, batch.target_input.segments());
  const Variable start = rows(model.start(context), steps.order);
  const Variable states =
      model.decode(in_time_order(tape, batch.target_input.tokens, steps), context, start, steps);
  return projected_cross_entropy(model.said(states), model.embedding().table(),
                                 in_time_order(tape, batch.target_output, steps), epsilon_ls);
}
//! [translation_loss]

}  // namespace transformer
