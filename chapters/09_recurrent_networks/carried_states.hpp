// What recurrent translations carry on from token to token while they grow: a state for each row.
#pragma once

#include "chapters/06_decoder/growing_translations.hpp"

namespace transformer {

/// One state for each row of several sequences; where a sequence branches, its state is copied.
class CarriedStates {
 public:
  CarriedStates(Index n_sequences, Index most_rows_per_sequence);

  /// Starts with the rows of `first`, (n_sequences, d_state), one for each sequence, and makes room
  /// in the tape's arena for all that they can become.
  void start(Tape& tape, ConstMatrixView first);

  Segments rows() const { return rows_.segments(); }
  Index most_rows() const { return rows_.most_rows(); }
  /// (n_rows, d_state), to be read and to be written.
  MatrixView values() const { return states_.rows(0, rows().n_rows()); }

  /// Throws Error (internal) where there is not one token for each row.
  void require_one_each(Index n_tokens) const { rows_.require_one_each(n_tokens); }
  /// Row i goes on with the state of row parents[i]; throws as SequenceRows does.
  void continue_from(std::span<const Index> parents);

 private:
  SequenceRows rows_;
  std::vector<TokenId> parents_;  // (n_rows)
  MatrixView states_, next_;      // (most_rows, d_state)
};

}  // namespace transformer
