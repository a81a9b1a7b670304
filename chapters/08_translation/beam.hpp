// The beam of one sentence: its hypotheses, and the candidates for the next ones.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "chapters/08_translation/beam_search.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {

//! [length_penalty]
inline double score_of(double log_probability, Index length, const BeamConfig& beam) {
  const auto n = static_cast<double>(length);
  const double base = beam.penalty_form == LengthPenalty::paper ? (5.0 + n) / 6.0 : n;
  return log_probability / std::pow(base, beam.length_penalty);
}
//! [length_penalty]

/// A hypothesis of the beam with one token appended.
struct Candidate {
  double log_probability = 0.0;
  Index row = 0;
  TokenId token = 0;

  /// The better first; equal ones in a fixed order.
  bool operator<(const Candidate& other) const {
    if (log_probability != other.log_probability) return log_probability > other.log_probability;
    return row != other.row ? row < other.row : token < other.token;
  }
};

/// The best candidates seen so far, best first, at most `most`.
class BestCandidates {
 public:
  void reserve(size_t most) {
    candidates_.reserve(most + 1);
    room_.resize(most);
  }
  void start(size_t most) {
    most_ = most;
    candidates_.clear();
  }

  /// Offers every continuation of one hypothesis: token t has the log probability
  /// `start + logits[t]`.
  void offer(Index row, double start, std::span<const float> logits) {
    const std::span<Likely> room = std::span(room_).first(most_);
    for (const auto [token, logit] : most_likely(logits, room, entry_logit(start))) {
      insert({start + double{logit}, row, token});
    }
  }

  const std::vector<Candidate>& candidates() const { return candidates_; }

 private:
  /// What a continuation's logit must exceed, a rounding error aside, to get in.
  float entry_logit(double start) const {
    constexpr float lowest = -std::numeric_limits<float>::infinity();
    if (candidates_.size() < most_) return lowest;
    const double logit = candidates_.back().log_probability - start;
    return std::nextafter(static_cast<float>(logit), lowest);
  }

  void insert(const Candidate& candidate) {
    candidates_.insert(std::upper_bound(candidates_.begin(), candidates_.end(), candidate),
                       candidate);
    if (candidates_.size() > most_) candidates_.pop_back();
  }

  size_t most_ = 0;
  std::vector<Candidate> candidates_;
  std::vector<Likely> room_;  // for those of one hypothesis
};

/// A token, and which one stands before it: hypotheses share their beginnings.
struct Node {
  Index previous;
  TokenId token;
};

struct Hypothesis {
  Index last = -1;  // its last token's node; none yet
  double log_probability = 0.0;
};

/// A hypothesis that ended, or that the limit cut off.
struct Finished {
  Hypothesis hypothesis;
  double score = 0.0;
  bool complete = false;
};

/// The beam of one source sentence. It has all its memory from the start.
struct Beam {
  Index limit = 0;
  std::vector<Node> nodes;
  std::vector<Hypothesis> growing, next;  // in the order of their rows
  BestCandidates continuations;
  std::vector<Index> parents;   // how to go on: which rows ...
  std::vector<TokenId> newest;  // ... with which tokens
  size_t n_best;
  std::vector<Finished> finished;  // at most n_best, the best first

  Beam(size_t size, size_t n_translations, Index most_tokens)
      : limit(most_tokens), growing(1), n_best(n_translations) {
    finished.reserve(n_best + 1);
    nodes.reserve(size * static_cast<size_t>(limit));
    growing.reserve(size);
    next.reserve(size);
    continuations.reserve(2 * size);
    parents.reserve(size);
    newest.reserve(size);
  }

  /// A hypothesis that ended.
  void finish(const Hypothesis& hypothesis, Index length, const BeamConfig& beam) {
    const double score = score_of(hypothesis.log_probability, length, beam);
    const auto place = std::find_if(finished.begin(), finished.end(),
                                    [&](const Finished& other) { return other.score < score; });
    finished.insert(place, {hypothesis, score, true});
    if (finished.size() > n_best) finished.pop_back();
  }

  /// Where too few ended, the best of those that the limit cuts off follow them.
  void cut_off(Index length, const BeamConfig& beam) {
    for (const Hypothesis& each : growing) {
      if (finished.size() == n_best) return;
      finished.push_back({each, score_of(each.log_probability, length, beam), false});
    }
  }

  std::vector<RankedTranslation> translations() const {
    std::vector<RankedTranslation> all;
    for (const Finished& each : finished) {
      RankedTranslation& translation = all.emplace_back();
      translation.log_probability = each.hypothesis.log_probability;
      translation.complete = each.complete;
      translation.score = each.score;
      std::vector<TokenId>& tokens = translation.tokens;
      tokens.reserve(static_cast<size_t>(limit));
      for (Index i = each.hypothesis.last; i >= 0; i = nodes[static_cast<size_t>(i)].previous) {
        tokens.push_back(nodes[static_cast<size_t>(i)].token);
      }
      std::reverse(tokens.begin(), tokens.end());
    }
    return all;
  }
};

}  // namespace transformer
