// The tokens of a packed batch in the order in which a recurrent network reads them: one time step
// of all sentences after the other.
#pragma once

#include "src/autograd/tape.hpp"

namespace transformer {

/// From its first token to its last, or from its last to its first.
enum class Reading { forwards, backwards };

/// Sentences in the order of falling length, so that those that still go on at step t are the first
/// n_running(t). In time order stand first the tokens that they read at step 0, then those of step
/// 1, and so on: a step is a block of rows, without padding.
struct TimeSteps {
  /// Of sentences that have a token each: else throws Error (internal). Lives in the tape's arena,
  /// as long as the step.
  TimeSteps(Tape& tape, const Segments& sentences, Reading reading = Reading::forwards);

  Index n_steps() const { return std::ssize(begins) - 1; }
  Index n_sentences() const { return std::ssize(order); }
  Index n_tokens() const { return std::ssize(rows); }
  /// The first row of step t in time order; that of step n_steps() is where all end.
  Index begin(Index t) const { return begins[static_cast<size_t>(t)]; }
  Index n_running(Index t) const { return begin(t + 1) - begin(t); }
  /// The rows of the packed batch that are read at step t.
  std::span<const TokenId> rows_at(Index t) const {
    return rows.subspan(static_cast<size_t>(begin(t)), static_cast<size_t>(n_running(t)));
  }
  /// The sentences of step t, as rows of the step before.
  std::span<const TokenId> running(Index t) const {
    return counting.first(static_cast<size_t>(n_running(t)));
  }

  std::span<const TokenId> order;   // (n_sentences): which sentence stands there
  std::span<const TokenId> rows;    // (n_tokens): which row of the packed batch stands there
  std::span<const TokenId> owners;  // (n_tokens): which sentence that row belongs to
  std::span<const TokenId> places;  // (n_tokens): where in time order each row of the batch stands
  std::span<const TokenId> last;  // (n_sentences): where each sentence's last step is in time order
  std::span<const TokenId> counting;  // (n_sentences): 0, 1, 2 ...
  std::span<const Index> begins;      // (n_steps + 1)
};

/// The tokens of a packed batch in time order, in the tape's arena.
std::span<const TokenId> in_time_order(Tape& tape, std::span<const TokenId> tokens,
                                       const TimeSteps& steps);

}  // namespace transformer
