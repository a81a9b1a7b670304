#include "chapters/09_recurrent_networks/growing_recurrent.hpp"

#include <numeric>
#include <utility>

#include "src/base/error.hpp"

namespace transformer {

GrowingRecurrent::GrowingRecurrent(const SequenceToSequence& model, Tape& tape,
                                   const PackedSentences& source, Index most_rows_per_sentence)
    : model_(model), tape_(tape), rows_(source.n_sentences(), most_rows_per_sentence) {
  const Index n = source.n_sentences(), most_rows = rows_.most_rows();
  one_each_.resize(static_cast<size_t>(most_rows + 1));
  std::iota(one_each_.begin(), one_each_.end(), Index{0});
  parents_.reserve(static_cast<size_t>(most_rows));
  sentences_.reserve(static_cast<size_t>(most_rows));
  for (Index s = 0; s < n; ++s) n_source_.push_back(source.segments().length(s));

  tape.begin(Mode::inference);
  const Variable context = model.encode(tape, source), start = model.start(context);
  context_ = context.value();
  states_ = tape.scratch({most_rows, start.n_columns()});
  next_ = tape.scratch({most_rows, start.n_columns()});
  copy_to(start.value(), states_.rows(0, n));
  mark_ = tape.mark();
  tape.keep_weights_packed();
}

//! [append]
ConstMatrixView GrowingRecurrent::append(std::span<const TokenId> tokens) {
  const Index n = n_rows();
  if (std::ssize(tokens) != n) {
    fail(ExitCode::internal, "decoding: {} tokens for {} rows; append one to each",
         std::ssize(tokens), n);
  }
  tape_.go_back_to(mark_);
  sentences_.clear();
  for (Index s = 0; s < rows().count(); ++s) {
    sentences_.insert(sentences_.end(), static_cast<size_t>(rows().length(s)),
                      static_cast<TokenId>(s));
  }
  // Each row is a sentence of one token, which goes on from where it was.
  const TimeSteps step(tape_, {std::span(one_each_).first(static_cast<size_t>(n + 1))});
  const Variable context = transformer::rows(tape_.input(context_), sentences_);
  const Variable states = model_.decode(tokens, context, tape_.input(states_.rows(0, n)), step);
  copy_to(states.value(), states_.rows(0, n));
  return model_.logits(states).value();  // (n_rows, n_vocabulary)
}
//! [append]

//! [continue_from]
void GrowingRecurrent::continue_from(std::span<const Index> parents) {
  rows_.continue_from(parents);
  parents_.assign(parents.begin(), parents.end());
  gather_rows(states_, parents_, 1.0f, next_.rows(0, std::ssize(parents)));
  std::swap(states_, next_);
}
//! [continue_from]

std::vector<Translation> greedy_decode(const SequenceToSequence& model, Tape& tape,
                                       const PackedSentences& source, SentenceMarks marks) {
  GrowingRecurrent growing(model, tape, source);
  return greedy_decode(growing, tape.threads(), marks);
}

}  // namespace transformer
