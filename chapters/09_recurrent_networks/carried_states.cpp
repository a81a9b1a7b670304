#include "chapters/09_recurrent_networks/carried_states.hpp"

#include <utility>

namespace transformer {

CarriedStates::CarriedStates(Index n_sequences, Index most_rows_per_sequence)
    : rows_(n_sequences, most_rows_per_sequence) {
  parents_.reserve(static_cast<size_t>(most_rows()));
}

void CarriedStates::start(Tape& tape, ConstMatrixView first) {
  states_ = tape.scratch({most_rows(), first.n_columns});
  next_ = tape.scratch({most_rows(), first.n_columns});
  copy_to(first, values());
}

//! [continue_from]
void CarriedStates::continue_from(std::span<const Index> parents) {
  rows_.continue_from(parents);
  parents_.assign(parents.begin(), parents.end());
  gather_rows(states_, parents_, 1.0f, next_.rows(0, std::ssize(parents)));
  std::swap(states_, next_);
}
//! [continue_from]

}  // namespace transformer
