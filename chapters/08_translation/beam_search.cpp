#include "chapters/08_translation/beam_search.hpp"

#include <algorithm>
#include <cmath>

#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

//! [length_penalty]
double length_normalised(double log_probability, size_t length, double penalty) {
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
  void start(size_t most) {
    most_ = most;
    candidates_.clear();
    candidates_.reserve(most + 1);
  }

  /// Offers every continuation of one hypothesis, given the probabilities of the next token.
  void offer(Index row, double log_probability, std::span<const float> probabilities) {
    // Compare in probabilities, and take the logarithm of what may enter only.
    float entry = entry_probability(log_probability);
    for (size_t token = 0; token < probabilities.size(); ++token) {
      if (probabilities[token] <= entry) continue;
      insert({log_probability + std::log(static_cast<double>(probabilities[token])), row,
              static_cast<TokenId>(token)});
      entry = entry_probability(log_probability);
    }
  }

  const std::vector<Candidate>& candidates() const { return candidates_; }

 private:
  /// What a continuation's probability must exceed, a rounding error aside, to get in.
  float entry_probability(double log_probability) const {
    if (candidates_.size() < most_) return 0.0f;
    constexpr double slack = 1.0 - 1e-6;
    return static_cast<float>(slack *
                              std::exp(candidates_.back().log_probability - log_probability));
  }

  void insert(const Candidate& candidate) {
    candidates_.insert(std::upper_bound(candidates_.begin(), candidates_.end(), candidate),
                       candidate);
    if (candidates_.size() > most_) candidates_.pop_back();
  }

  size_t most_ = 0;
  std::vector<Candidate> candidates_;
};

struct Hypothesis {
  std::vector<TokenId> tokens;
  double log_probability = 0.0;
};

/// The beam of one source sentence.
struct Beam {
  std::vector<Hypothesis> growing;  // in the order of their rows
  size_t n_finished = 0;
  Translation best;
  double best_score = -std::numeric_limits<double>::infinity();

  void finish(const Hypothesis& hypothesis, bool complete, double penalty) {
    ++n_finished;
    const size_t length = hypothesis.tokens.size() + (complete ? 1 : 0);
    const double score = length_normalised(hypothesis.log_probability, length, penalty);
    // A translation that was cut off only counts where no other was found.
    if (score <= best_score || (best.complete && !complete)) return;
    best_score = score;
    best = {hypothesis.tokens, hypothesis.log_probability, complete};
  }
};

/// The search over all sentences: which rows belong to which beam, and how they go on.
class BeamSearch {
 public:
  BeamSearch(const Transformer& model, Tape& tape, const PackedSentences& source,
             const BeamConfig& config, SentenceMarks marks)
      : config_(config), marks_(marks), threads_(tape.threads()), beams_(n_sentences(source)) {
    for (Index s = 0; s < source.n_sentences(); ++s) {
      limits_.push_back(length_limit(model.config(), source.segments().length(s)));
    }
    // Every beam starts as one empty hypothesis in the first of its rows.
    for (Beam& beam : beams_) beam.growing.resize(1);
    newest_.assign(beams_.size(), marks.begin);
  }

  /// Takes the next tokens from the logits of all rows. `parents` and `newest` say how to go on.
  void advance(MatrixView logits, const GrowingTranslations& rows) {
    softmax_forward(logits, 1.0f, Mask::none, logits, threads_);
    parents_.clear();
    newest_.clear();
    for (Index first = 0; first < rows.n_rows();) {
      const auto s = static_cast<size_t>(rows.sentence_of(first));
      const Index n_rows = static_cast<Index>(beams_[s].growing.size());
      advance_beam(beams_[s], limits_[s], logits, first);
      first += n_rows;
    }
  }

  const std::vector<Index>& parents() const { return parents_; }
  const std::vector<TokenId>& newest() const { return newest_; }

  std::vector<Translation> translations() const {
    std::vector<Translation> result;
    for (const Beam& beam : beams_) result.push_back(beam.best);
    return result;
  }

 private:
  static size_t n_sentences(const PackedSentences& source) {
    return static_cast<size_t>(source.n_sentences());
  }

  //! [advance]
  void advance_beam(Beam& beam, Index limit, ConstMatrixView probabilities, Index first_row) {
    // Twice the beam's size: even if half of them end here, enough go on.
    const auto size = static_cast<size_t>(config_.size);
    best_.start(2 * size);
    for (size_t i = 0; i < beam.growing.size(); ++i) {
      const Index row = first_row + static_cast<Index>(i);
      best_.offer(row, beam.growing[i].log_probability,
                  {probabilities.row(row), static_cast<size_t>(probabilities.n_columns)});
    }

    std::vector<Hypothesis> next;
    for (size_t rank = 0; rank < best_.candidates().size() && next.size() < size; ++rank) {
      const Candidate& candidate = best_.candidates()[rank];
      Hypothesis hypothesis = beam.growing[static_cast<size_t>(candidate.row - first_row)];
      hypothesis.log_probability = candidate.log_probability;
      if (candidate.token == marks_.end) {
        if (rank < size) beam.finish(hypothesis, true, config_.length_penalty);
        continue;
      }
      hypothesis.tokens.push_back(candidate.token);
      next.push_back(std::move(hypothesis));
      parents_.push_back(candidate.row);
      newest_.push_back(candidate.token);
    }
    beam.growing = std::move(next);
    if (is_done(beam, limit)) close(beam);
  }
  //! [advance]

  bool is_done(const Beam& beam, Index limit) const {
    return beam.n_finished >= static_cast<size_t>(config_.size) || beam.growing.empty() ||
           static_cast<Index>(beam.growing.front().tokens.size()) >= limit;
  }

  /// The sentence leaves the batch.
  void close(Beam& beam) {
    if (!beam.best.complete) {
      for (const Hypothesis& hypothesis : beam.growing) {
        beam.finish(hypothesis, false, config_.length_penalty);
      }
    }
    parents_.resize(parents_.size() - beam.growing.size());
    newest_.resize(parents_.size());
    beam.growing.clear();
  }

  BeamConfig config_;
  SentenceMarks marks_;
  Threads& threads_;
  std::vector<Beam> beams_;
  std::vector<Index> limits_;
  BestCandidates best_;
  std::vector<Index> parents_;
  std::vector<TokenId> newest_;
};

}  // namespace

std::vector<Translation> beam_search(const Transformer& model, Tape& tape,
                                     const PackedSentences& source, const BeamConfig& beam,
                                     SentenceMarks marks) {
  BeamSearch search(model, tape, source, beam, marks);
  GrowingTranslations growing(model, tape, source, beam.size);
  while (growing.n_rows() > 0) {
    search.advance(growing.append(search.newest()), growing);
    growing.continue_from(search.parents());
  }
  return search.translations();
}

}  // namespace transformer
