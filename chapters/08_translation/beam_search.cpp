#include "chapters/08_translation/beam_search.hpp"

#include <utility>

#include "chapters/08_translation/beam.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

/// The search over all sentences: which rows belong to which beam, and how they go on.
class BeamSearch {
 public:
  BeamSearch(const GrowingSequences& growing, Threads& threads, const BeamConfig& config,
             SentenceMarks marks)
      : config_(config), marks_(marks), threads_(threads) {
    for (Index s = 0; s < growing.rows().count(); ++s) {
      beams_.emplace_back(static_cast<size_t>(config.size), static_cast<size_t>(config.n_best),
                          growing.limit(s));
    }
    // Every beam starts as one empty hypothesis.
    newest_.assign(beams_.size(), marks.begin);
    const size_t most_rows = beams_.size() * static_cast<size_t>(config.size);
    newest_.reserve(most_rows);
    parents_.reserve(most_rows);
  }

  /// Takes the next tokens from the logits of all rows. `parents` and `newest` say how to go on.
  void advance(ConstMatrixView logits, const Segments& rows) {
    ++length_;
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

  std::vector<std::vector<RankedTranslation>> translations() const {
    std::vector<std::vector<RankedTranslation>> result;
    for (const Beam& beam : beams_) result.push_back(beam.translations());
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
      float normaliser = 0;  // now: the search comes for the same logits at once
      log_sum_exp(logits.rows(row, row + 1), {&normaliser, 1});
      beam.continuations.offer(row, beam.growing[i].log_probability - normaliser,
                               {logits.row(row), static_cast<size_t>(logits.n_columns)});
    }

    const std::vector<Candidate>& candidates = beam.continuations.candidates();
    if (candidates.empty()) return close(beam);  // no number is left: what there is stays

    beam.next.clear(), beam.parents.clear(), beam.newest.clear();
    for (size_t rank = 0; rank < candidates.size() && beam.next.size() < size; ++rank) {
      const auto [log_probability, row, token] = candidates[rank];
      const Index last = beam.growing[static_cast<size_t>(row - first_row)].last;
      if (token == marks_.end) {
        if (rank < size) beam.finish({last, log_probability}, length_, config_);
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

  //! [is_done]
  /// No growing hypothesis can overtake the best finished ones: its log probability only falls, and
  /// no length divides it by more than the limit does. A beam of 1, as greedy decoding, follows the
  /// first end mark.
  bool is_done(const Beam& beam) const {
    if (beam.growing.empty() || length_ >= beam.limit) return true;
    if (config_.size == 1) return !beam.finished.empty();
    if (beam.finished.size() < beam.n_best) return false;
    const double most = beam.growing.front().log_probability;  // they stand best first
    return beam.finished.back().score >= score_of(most, beam.limit, config_);
  }
  //! [is_done]

  /// The sentence leaves the batch.
  void close(Beam& beam) const {
    beam.cut_off(length_, config_);
    beam.growing.clear(), beam.parents.clear(), beam.newest.clear();
  }

  BeamConfig config_;
  SentenceMarks marks_;
  Threads& threads_;
  Index length_ = 0;  // of all growing hypotheses; with the end mark, of those that end
  std::vector<Beam> beams_;
  std::vector<Index> parents_;
  std::vector<TokenId> newest_;
};

}  // namespace

std::vector<std::vector<RankedTranslation>> beam_search_n_best(GrowingSequences& growing,
                                                               Threads& threads,
                                                               const BeamConfig& beam,
                                                               SentenceMarks marks) {
  BeamSearch search(growing, threads, beam, marks);
  while (growing.n_rows() > 0) {
    search.advance(growing.append(search.newest()), growing.rows());
    growing.continue_from(search.parents());
  }
  return search.translations();
}

std::vector<Translation> beam_search(GrowingSequences& growing, Threads& threads,
                                     const BeamConfig& beam, SentenceMarks marks) {
  std::vector<Translation> best;
  for (auto& ranked : beam_search_n_best(growing, threads, beam, marks)) {
    best.push_back(std::move(ranked.front()));
  }
  return best;
}

std::vector<Translation> beam_search(const Transformer& model, Tape& tape,
                                     const PackedSentences& source, const BeamConfig& beam,
                                     SentenceMarks marks) {
  GrowingTranslations growing(model, tape, source, beam.size);
  return beam_search(growing, tape.threads(), beam, marks);
}

}  // namespace transformer
