// A beam search that is watched from outside: what it asks the model, and what it goes on with, say
// all that it does.
#include <fmt/format.h>

#include <algorithm>

#include "chapters/08_translation/beam.hpp"
#include "chapters/08_translation/program/short_sentences.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

/// A hypothesis as text, and its log probability.
struct Beginning {
  std::string text = "<s>";
  double log_probability = 0.0;
  bool ended = false;
};

/// Hands everything on to the model, and keeps a table of it.
class WatchedSequences : public GrowingSequences {
 public:
  WatchedSequences(GrowingSequences& inner, const Vocabulary& vocabulary, const BeamConfig& beam)
      : inner_(inner), vocabulary_(vocabulary), beam_(beam) {}

  ConstMatrixView append(std::span<const TokenId> tokens) override {
    ++length_;
    for (size_t r = 0; length_ > 1 && r < tokens.size(); ++r) {
      growing_[r] = continued(growing_[r], parent_logits_.row(parents_[r]),
                              parent_sums_[static_cast<size_t>(parents_[r])], tokens[r]);
    }
    const ConstMatrixView logits = inner_.append(tokens);
    look_at(logits);
    return logits;
  }

  void continue_from(std::span<const Index> parents) override {
    parents_.assign(parents.begin(), parents.end());
    std::vector<Beginning> next;
    for (const Index parent : parents) next.push_back(growing_[static_cast<size_t>(parent)]);
    growing_ = next;
    inner_.continue_from(parents);
  }

  Segments rows() const override { return inner_.rows(); }
  Index limit(Index s) const override { return inner_.limit(s); }

  const std::vector<TableRow>& table() const { return table_; }
  double best_score() const { return best_score_; }
  /// The best continuation of the last step that did not end, at most.
  double bound() const { return bound_; }
  Index length() const { return length_; }

 private:
  Beginning continued(const Beginning& from, const float* logits, float log_sum,
                      TokenId token) const {
    const double log_p = double{logits[token]} - double{log_sum};
    return {fmt::format("{} {}", from.text, vocabulary_.token(token)), from.log_probability + log_p,
            token == Vocabulary::sentence_end};
  }

  /// The best continuations, of which the search takes what it takes.
  void look_at(ConstMatrixView logits) {
    parent_logits_storage_ = matrix_of<float>(logits);
    parent_logits_ = view_of(parent_logits_storage_);
    parent_sums_.resize(static_cast<size_t>(logits.n_rows));
    log_sum_exp(logits, parent_sums_);
    std::vector<Beginning> all;
    for (Index r = 0; r < logits.n_rows; ++r) {
      for (TokenId token = 0; token < static_cast<TokenId>(logits.n_columns); ++token) {
        all.push_back(continued(growing_[static_cast<size_t>(r)], logits.row(r),
                                parent_sums_[static_cast<size_t>(r)], token));
      }
    }
    std::stable_sort(all.begin(), all.end(), [](const Beginning& a, const Beginning& b) {
      return a.log_probability > b.log_probability;
    });
    note(all);
  }

  void note(const std::vector<Beginning>& best_first) {
    Index n_going_on = 0;
    for (size_t rank = 0; n_going_on < beam_.size; ++rank) {
      const Beginning& each = best_first[rank];
      TableRow row = {rank == 0 ? fmt::to_string(length_) : "", each.text,
                      number_text(each.log_probability)};
      if (!each.ended) {
        if (n_going_on++ == 0) bound_ = score_of(each.log_probability, limit(0), beam_);
        row.push_back("");
      } else if (static_cast<Index>(rank) < beam_.size) {
        const double score = score_of(each.log_probability, length_, beam_);
        best_score_ = std::max(best_score_, score);
        row.push_back(number_text(score));
      } else {
        continue;
      }
      table_.push_back(row);
    }
  }

  GrowingSequences& inner_;
  const Vocabulary& vocabulary_;
  BeamConfig beam_;
  Index length_ = 0;
  std::vector<Beginning> growing_ = {{}};
  std::vector<Index> parents_;
  Matrix parent_logits_storage_;
  ConstMatrixView parent_logits_;
  std::vector<float> parent_sums_;
  std::vector<TableRow> table_;
  double best_score_ = -std::numeric_limits<double>::infinity(), bound_ = 0.0;
};

}  // namespace

void show_beam_of_two(const SceneRequest& request) {
  const TrainedModel& trained = short_translator_model();
  const PackedSentences source = source_for(trained, request.text("sentence"));
  Tape tape(Threads::serial());
  const BeamConfig beam{.size = 2};
  GrowingTranslations growing(trained.model, tape, source, beam.size);
  WatchedSequences watched(growing, trained.vocabulary, beam);
  const Translation found = beam_search(watched, Threads::serial(), beam)[0];
  fmt::print("source: {}\n", request.text("sentence"));
  print_table({"step", "the beam", "log p", "score, where it has ended"}, watched.table());
  fmt::print(
      "after step {}: what grows best scores at most {} with all {} tokens that it may get\n",
      watched.length(), number_text(watched.bound()), watched.limit(0));
  fmt::print("the best that has ended scores {}: the search stops\n",
             number_text(watched.best_score()));
  fmt::print("found: {}\n", decode_line(trained, found.tokens));
}

}  // namespace transformer
