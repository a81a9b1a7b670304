#include "chapters/08_translation/beam_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

//! [length_penalty]
double length_normalised(double log_probability, Index length, double penalty) {
  return log_probability / std::pow((5.0 + static_cast<double>(length)) / 6.0, penalty);
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

/// The beam of one source sentence. It has all its memory from the start.
struct Beam {
  Index limit = 0;
  std::vector<Node> nodes;
  std::vector<Hypothesis> growing, next;  // in the order of their rows
  BestCandidates continuations;
  std::vector<Index> parents;   // how to go on: which rows ...
  std::vector<TokenId> newest;  // ... with which tokens
  size_t n_finished = 0;
  Hypothesis best;
  bool is_complete = false;
  double best_score = -std::numeric_limits<double>::infinity();

  Beam(size_t size, Index most_tokens) : limit(most_tokens), growing(1) {
    nodes.reserve(size * static_cast<size_t>(limit));
    growing.reserve(size);
    next.reserve(size);
    continuations.reserve(2 * size);
    parents.reserve(size);
    newest.reserve(size);
  }

  void finish(const Hypothesis& hypothesis, Index length, bool complete, double penalty) {
    ++n_finished;
    const double score = length_normalised(hypothesis.log_probability, length, penalty);
    // A translation that was cut off only counts where no other was found.
    if (score <= best_score || (is_complete && !complete)) return;
    best_score = score;
    best = hypothesis;
    is_complete = complete;
  }

  Translation translation() const {
    std::vector<TokenId> tokens;
    tokens.reserve(static_cast<size_t>(limit));
    for (Index i = best.last; i >= 0; i = nodes[static_cast<size_t>(i)].previous) {
      tokens.push_back(nodes[static_cast<size_t>(i)].token);
    }
    std::reverse(tokens.begin(), tokens.end());
    return {tokens, best.log_probability, is_complete};
  }
};

/// The search over all sentences: which rows belong to which beam, and how they go on.
class BeamSearch {
 public:
  BeamSearch(const GrowingSequences& growing, Threads& threads, const BeamConfig& config,
             SentenceMarks marks)
      : config_(config), marks_(marks), threads_(threads) {
    for (Index s = 0; s < growing.rows().count(); ++s) {
      beams_.emplace_back(static_cast<size_t>(config.size), growing.limit(s));
    }
    // Every beam starts as one empty hypothesis.
    newest_.assign(beams_.size(), marks.begin);
    const size_t most_rows = beams_.size() * static_cast<size_t>(config.size);
    newest_.reserve(most_rows);
    parents_.reserve(most_rows);
    normalisers_.resize(most_rows);
  }

  /// Takes the next tokens from the logits of all rows. `parents` and `newest` say how to go on.
  void advance(ConstMatrixView logits, const Segments& rows) {
    ++length_;
    log_sum_exp(logits, normalisers_, threads_);
    threads_.parallel_for(rows.count(), [&](Index s) {
      if (rows.length(s) > 0) advance_beam(beams_[static_cast<size_t>(s)], logits, rows.begin(s));
    });
    parents_.clear();
    newest_.clear();
    for (const Beam& beam : beams_) {
      parents_.insert(parents_.end(), beam.parents.begin(), beam.parents.end());
      newest_.insert(newest_.end(), beam.newest.begin(), beam.newest.end());
    }
  }

  const std::vector<Index>& parents() const { return parents_; }
  const std::vector<TokenId>& newest() const { return newest_; }

  std::vector<Translation> translations() const {
    std::vector<Translation> result;
    for (const Beam& beam : beams_) result.push_back(beam.translation());
    return result;
  }

 private:
  //! [advance]
  void advance_beam(Beam& beam, ConstMatrixView logits, Index first_row) const {
    // Twice the beam's size: even if half of them end here, enough go on.
    const auto size = static_cast<size_t>(config_.size);
    beam.continuations.start(2 * size);
    for (size_t i = 0; i < beam.growing.size(); ++i) {
      const Index row = first_row + static_cast<Index>(i);
      const auto normaliser = static_cast<double>(normalisers_[static_cast<size_t>(row)]);
      beam.continuations.offer(row, beam.growing[i].log_probability - normaliser,
                               {logits.row(row), static_cast<size_t>(logits.n_columns)});
    }

    beam.next.clear(), beam.parents.clear(), beam.newest.clear();
    const std::vector<Candidate>& candidates = beam.continuations.candidates();
    for (size_t rank = 0; rank < candidates.size() && beam.next.size() < size; ++rank) {
      const auto [log_probability, row, token] = candidates[rank];
      const Index last = beam.growing[static_cast<size_t>(row - first_row)].last;
      if (token == marks_.end) {
        if (rank < size) beam.finish({last, log_probability}, length_, true, penalty());
        continue;
      }
      beam.nodes.push_back({last, token});
      beam.next.push_back({std::ssize(beam.nodes) - 1, log_probability});
      beam.parents.push_back(row);
      beam.newest.push_back(token);
    }
    std::swap(beam.growing, beam.next);
    if (is_done(beam)) close(beam);
  }
  //! [advance]

  double penalty() const { return config_.length_penalty; }

  bool is_done(const Beam& beam) const {
    return beam.n_finished >= static_cast<size_t>(config_.size) || beam.growing.empty() ||
           length_ >= beam.limit;
  }

  /// The sentence leaves the batch.
  void close(Beam& beam) const {
    if (!beam.is_complete) {
      for (const Hypothesis& hypothesis : beam.growing) {
        beam.finish(hypothesis, length_, false, penalty());
      }
    }
    beam.growing.clear(), beam.parents.clear(), beam.newest.clear();
  }

  BeamConfig config_;
  SentenceMarks marks_;
  Threads& threads_;
  Index length_ = 0;  // of all growing hypotheses; with the end mark, of those that end
  std::vector<Beam> beams_;
  std::vector<Index> parents_;
  std::vector<TokenId> newest_;
  std::vector<float> normalisers_;
};

}  // namespace

std::vector<Translation> beam_search(GrowingSequences& growing, Threads& threads,
                                     const BeamConfig& beam, SentenceMarks marks) {
  BeamSearch search(growing, threads, beam, marks);
  while (growing.n_rows() > 0) {
    search.advance(growing.append(search.newest()), growing.rows());
    growing.continue_from(search.parents());
  }
  return search.translations();
}

std::vector<Translation> beam_search(const Transformer& model, Tape& tape,
                                     const PackedSentences& source, const BeamConfig& beam,
                                     SentenceMarks marks) {
  GrowingTranslations growing(model, tape, source, beam.size);
  return beam_search(growing, tape.threads(), beam, marks);
}

}  // namespace transformer
