#include "chapters/10_additive_attention/growing_attentive.hpp"

namespace transformer {

GrowingAttentive::GrowingAttentive(const AttentiveTranslator& model, Tape& tape,
                                   const PackedSentences& source, Index most_rows_per_sentence)
    : model_(model),
      tape_(tape),
      source_(source.segments()),
      states_(source.n_sentences(), most_rows_per_sentence) {
  tape.begin(Mode::inference);
  const SourceMemory memory = model.encode(tape, source);
  memory_ = memory.states.value();
  keys_ = memory.keys.value();
  states_.start(tape, memory.start.value());
  mark_ = tape.mark();
  tape.keep_weights_packed();
}

//! [append]
ConstMatrixView GrowingAttentive::append(std::span<const TokenId> tokens) {
  states_.require_one_each(std::ssize(tokens));
  tape_.go_back_to(mark_);
  const SourceMemory memory{tape_.input(memory_), tape_.input(keys_), {}, source_};
  const DecoderStep next =
      model_.step(model_.embed(tape_, tokens), tape_.input(states_.values()), memory, rows());
  copy_to(next.state.value(), states_.values());
  return model_.logits(model_.said(next.state, next.context)).value();  // (n, n_vocabulary)
}
//! [append]

std::vector<Translation> greedy_decode(const AttentiveTranslator& model, Tape& tape,
                                       const PackedSentences& source, SentenceMarks marks) {
  GrowingAttentive growing(model, tape, source);
  return greedy_decode(growing, tape.threads(), marks);
}

}  // namespace transformer
