#include "chapters/09_recurrent_networks/time_steps.hpp"

#include <algorithm>
#include <numeric>

#include "src/base/error.hpp"

namespace transformer {
namespace {

std::span<TokenId> some(Tape& tape, Index n) { return tape.arena().allocate<TokenId>(n); }

}  // namespace

//! [time_steps]
TimeSteps::TimeSteps(Tape& tape, const Segments& sentences, Reading reading) {
  const Index n = sentences.count(), n_rows = sentences.n_rows();
  const std::span<TokenId> count = some(tape, n), by_length = some(tape, n), ends = some(tape, n);
  std::iota(count.begin(), count.end(), TokenId{0});

  // The longest first; equally long ones stay in their order.
  std::copy(count.begin(), count.end(), by_length.begin());
  std::sort(by_length.begin(), by_length.end(), [&](TokenId a, TokenId b) {
    const Index longer = sentences.length(a) - sentences.length(b);
    return longer != 0 ? longer > 0 : a < b;
  });
  const Index longest = n > 0 ? sentences.length(by_length.front()) : 0;

  // Step after step takes one token of each sentence that is long enough.
  const std::span<TokenId> read = some(tape, n_rows), of = some(tape, n_rows),
                           found = some(tape, n_rows);
  const std::span<Index> firsts = tape.arena().allocate<Index>(longest + 1);
  Index place = 0;
  for (Index t = 0; t < longest; ++t) {
    firsts[static_cast<size_t>(t)] = place;
    for (const TokenId s : by_length) {
      if (sentences.length(s) <= t) break;
      const Index row =
          reading == Reading::forwards ? sentences.begin(s) + t : sentences.end(s) - 1 - t;
      read[static_cast<size_t>(place)] = static_cast<TokenId>(row);
      of[static_cast<size_t>(place)] = s;
      found[static_cast<size_t>(row)] = ends[static_cast<size_t>(s)] = static_cast<TokenId>(place);
      ++place;
    }
  }
  firsts[static_cast<size_t>(longest)] = place;
  if (n > 0 && sentences.length(by_length.back()) == 0) {
    fail(ExitCode::internal, "time steps: sentence {} has no token", by_length.back());
  }
  order = by_length, rows = read, owners = of, places = found, last = ends;
  counting = count, begins = firsts;
}
//! [time_steps]

std::span<const TokenId> in_time_order(Tape& tape, std::span<const TokenId> tokens,
                                       const TimeSteps& steps) {
  const std::span<TokenId> in_order = some(tape, steps.n_tokens());
  std::transform(steps.rows.begin(), steps.rows.end(), in_order.begin(),
                 [&](TokenId row) { return tokens[static_cast<size_t>(row)]; });
  return in_order;
}

}  // namespace transformer
