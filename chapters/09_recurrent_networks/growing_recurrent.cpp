#include "chapters/09_recurrent_networks/growing_recurrent.hpp"

#include <numeric>

namespace transformer {

GrowingRecurrent::GrowingRecurrent(const SequenceToSequence& model, Tape& tape,
                                   const PackedSentences& source, Index most_rows_per_sentence)
    : model_(model), tape_(tape), states_(source.n_sentences(), most_rows_per_sentence) {
  one_each_.resize(static_cast<size_t>(states_.most_rows() + 1));
  std::iota(one_each_.begin(), one_each_.end(), Index{0});
  sentences_.reserve(static_cast<size_t>(states_.most_rows()));
  for (Index s = 0; s < source.n_sentences(); ++s) {
    n_source_.push_back(source.segments().length(s));
  }

  tape.begin(Mode::inference);
  const Variable context = model.encode(tape, source);
  context_ = context.value();
  states_.start(tape, model.start(context).value());
  mark_ = tape.mark();
  tape.keep_weights_packed();
}

//! [append]
ConstMatrixView GrowingRecurrent::append(std::span<const TokenId> tokens) {
  states_.require_one_each(std::ssize(tokens));
  tape_.go_back_to(mark_);
  sentences_.clear();
  for (Index s = 0; s < rows().count(); ++s) {
    sentences_.insert(sentences_.end(), static_cast<size_t>(rows().length(s)),
                      static_cast<TokenId>(s));
  }
  // Each row is a sentence of one token, which goes on from where it was.
  const TimeSteps step(tape_, {std::span(one_each_).first(tokens.size() + 1)});
  const Variable context = transformer::rows(tape_.input(context_), sentences_);
  const Variable states = model_.decode(tokens, context, tape_.input(states_.values()), step);
  copy_to(states.value(), states_.values());
  return model_.logits(states).value();  // (n_rows, n_vocabulary)
}
//! [append]

std::vector<Translation> greedy_decode(const SequenceToSequence& model, Tape& tape,
                                       const PackedSentences& source, SentenceMarks marks) {
  GrowingRecurrent growing(model, tape, source);
  return greedy_decode(growing, tape.threads(), marks);
}

}  // namespace transformer
