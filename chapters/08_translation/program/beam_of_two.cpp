// Beam search in plain loops, which read the whole of every hypothesis anew for each token.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "chapters/06_decoder/program/reverser.hpp"
#include "chapters/08_translation/beam.hpp"
#include "chapters/08_translation/program/demonstrations.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

/// A hypothesis: what was written, and its log probability.
struct Beginning {
  std::vector<TokenId> tokens = {Vocabulary::sentence_begin};
  double log_p = 0.0;
};

/// log p of every token as the next one of a translation.
std::vector<double> next_log_p(const Transformer& model, Tape& tape, const PackedSentences& source,
                               const std::vector<TokenId>& so_far) {
  PackedSentences written;
  written.push(so_far);
  written.end_sentence();
  tape.begin(Mode::inference);
  const Variable memory = model.encode(tape, source);
  const ConstMatrixView logits =
      model.logits(model.decode(written, memory, source.segments())).value();
  const ConstMatrixView last = logits.rows(logits.n_rows - 1, logits.n_rows);
  float log_sum = 0.0f;
  log_sum_exp(last, {&log_sum, 1});
  std::vector<double> log_p;
  for (Index j = 0; j < last.n_columns; ++j) log_p.push_back(double{last(0, j)} - double{log_sum});
  return log_p;
}

//! [plain_beam_step]
/// One step: of all continuations of all hypotheses the k best that go on. Those among the k best
/// of all that end here step out.
template <class LogP>
void plain_beam_step(std::vector<Beginning>& beam, std::vector<Beginning>& ended, size_t k,
                     const LogP& next_log_p_of) {
  std::vector<Beginning> all;
  for (const Beginning& each : beam) {
    const std::vector<double> log_p = next_log_p_of(each.tokens);
    for (size_t token = 0; token < log_p.size(); ++token) {
      Beginning& next = all.emplace_back(each);
      next.tokens.push_back(static_cast<TokenId>(token));
      next.log_p += log_p[token];
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Beginning& a, const Beginning& b) { return a.log_p > b.log_p; });
  beam.clear();
  for (size_t rank = 0; beam.size() < k; ++rank) {
    const bool ends = all[rank].tokens.back() == Vocabulary::sentence_end;
    if (!ends || rank < k) (ends ? ended : beam).push_back(all[rank]);
  }
}
//! [plain_beam_step]

std::string text_of(const Beginning& beginning) {
  return fmt::format("{}", fmt::join(letters_of(beginning.tokens), " "));
}

/// A plain search, and what it did.
struct PlainSearch {
  Beginning best;
  double best_score = -std::numeric_limits<double>::infinity();
  double bound = 0.0;  ///< The best score that what still grows may get.
  Index length = 0;
  std::vector<TableRow> table = {};
};

PlainSearch plain_beam_search(const Transformer& model, const PackedSentences& source,
                              const BeamConfig& config, Index limit) {
  Tape tape(Threads::serial());
  const auto next = [&](const std::vector<TokenId>& so_far) {
    return next_log_p(model, tape, source, so_far);
  };
  PlainSearch search;
  const auto add_row = [&](const Beginning& each, const std::string& score) {
    search.table.push_back({"", text_of(each), number_text(each.log_p), score});
  };
  std::vector<Beginning> beam(1);
  while (search.length < limit && search.best_score < search.bound) {
    std::vector<Beginning> ended;
    plain_beam_step(beam, ended, static_cast<size_t>(config.size), next);
    ++search.length;
    const size_t first_row = search.table.size();
    for (const Beginning& each : ended) {
      const double score = score_of(each.log_p, search.length, config);
      add_row(each, number_text(score));
      if (score > search.best_score) search.best = each, search.best_score = score;
    }
    for (const Beginning& each : beam) add_row(each, "");
    search.table[first_row][0] = fmt::to_string(search.length);
    search.bound = score_of(beam.front().log_p, limit, config);
  }
  return search;
}

}  // namespace

void show_beam_of_two(const SceneRequest& request) {
  const Reverser reverser;
  PackedSentences source;
  append_source(tokens_of(request.text("word")), source);
  const BeamConfig config{.size = 2};
  const Index limit = length_limit(reverser.model.config(), source.n_tokens());
  const PlainSearch plain = plain_beam_search(reverser.model, source, config, limit);
  fmt::print("to reverse: {}\n", request.text("word"));
  print_table({"step", "the beam", "log p", "score, where it has ended"}, plain.table);
  fmt::print(
      "after step {}: what grows best scores at most {} with all {} tokens that it may get\n",
      plain.length, number_text(plain.bound), limit);
  fmt::print("the best that has ended scores {}: the search stops\n",
             number_text(plain.best_score));
  fmt::print("found: {}\n", text_of(plain.best));
  Tape tape(Threads::serial());
  const Translation fast = beam_search(reverser.model, tape, source, config)[0];
  fmt::print("by beam_search: {}\n", fmt::join(letters_of(fast.tokens), " "));
}

}  // namespace transformer
