#include "chapters/10_additive_attention/growing_attentive.hpp"

#include <utility>

#include "src/base/error.hpp"

namespace transformer {

GrowingAttentive::GrowingAttentive(const AttentiveTranslator& model, Tape& tape,
                                   const PackedSentences& source, Index most_rows_per_sentence)
    : model_(model),
      tape_(tape),
      source_(source.segments()),
      rows_(source.n_sentences(), most_rows_per_sentence) {
  const Index most_rows = rows_.most_rows();
  parents_.reserve(static_cast<size_t>(most_rows));
  tape.begin(Mode::inference);
  const SourceMemory memory = model.encode(tape, source);
  memory_ = memory.states.value();
  keys_ = memory.keys.value();
  states_ = tape.scratch({most_rows, memory.start.n_columns()});
  next_ = tape.scratch({most_rows, memory.start.n_columns()});
  copy_to(memory.start.value(), states_.rows(0, source.n_sentences()));
  mark_ = tape.mark();
  tape.keep_weights_packed();
}

//! [append]
ConstMatrixView GrowingAttentive::append(std::span<const TokenId> tokens) {
  const Index n = n_rows();
  if (std::ssize(tokens) != n) {
    fail(ExitCode::internal, "decoding: {} tokens for {} rows; append one to each",
         std::ssize(tokens), n);
  }
  tape_.go_back_to(mark_);
  const SourceMemory memory{tape_.input(memory_), tape_.input(keys_), {}, source_};
  const MatrixView states = states_.rows(0, n);
  const DecoderStep next =
      model_.step(model_.embed(tape_, tokens), tape_.input(states), memory, rows());
  copy_to(next.state.value(), states);
  return model_.logits(model_.said(next.state, next.context)).value();  // (n, n_vocabulary)
}
//! [append]

void GrowingAttentive::continue_from(std::span<const Index> parents) {
  rows_.continue_from(parents);
  parents_.assign(parents.begin(), parents.end());
  gather_rows(states_, parents_, 1.0f, next_.rows(0, std::ssize(parents)));
  std::swap(states_, next_);
}

std::vector<Translation> greedy_decode(const AttentiveTranslator& model, Tape& tape,
                                       const PackedSentences& source, SentenceMarks marks) {
  GrowingAttentive growing(model, tape, source);
  return greedy_decode(growing, tape.threads(), marks);
}

}  // namespace transformer
