// Checks beam_of_two against the chapter's beam search, on languages that are written down.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "chapters/08_translation/beam_search.hpp"
#include "chapters/08_translation/exercises/beam_of_two.hpp"
#include "src/book/exercise.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {
namespace {

const std::vector<std::string> words = {".", "le", "la", "chat", "chien", "dort"};
constexpr TokenId end = 0;
constexpr size_t most = 5;

/// How likely some tokens are after a beginning; the others share what is left.
using Script = std::map<Tokens, std::map<TokenId, double>>;

std::vector<double> next_log_p(const Script& script, const Tokens& beginning) {
  const auto found = script.find(beginning);
  const std::map<TokenId, double> likely =
      found == script.end() ? std::map<TokenId, double>() : found->second;
  double left = 1.0;
  for (const auto& [token, p] : likely) left -= p;
  const double each = std::max(left, 1e-9) / static_cast<double>(words.size() - likely.size());
  std::vector<double> log_p(words.size(), std::log(each));
  for (const auto& [token, p] : likely) log_p[static_cast<size_t>(token)] = std::log(p);
  return log_p;
}

/// A script as the chapter's search takes it. Token numbers are the same; the mark that begins is
/// none of them.
class ScriptedSequences : public GrowingSequences {
 public:
  explicit ScriptedSequences(const Script& script) : script_(script) {}

  ConstMatrixView append(std::span<const TokenId> tokens) override {
    logits_ = zeros(static_cast<Index>(tokens.size()), static_cast<Index>(words.size()));
    for (size_t r = 0; r < tokens.size(); ++r) {
      if (tokens[r] != begin) beginnings_[r].push_back(tokens[r]);
      const std::vector<double> log_p = next_log_p(script_, beginnings_[r]);
      for (size_t t = 0; t < log_p.size(); ++t) logits_(r, t) = static_cast<float>(log_p[t]);
    }
    return view_of(logits_);
  }
  void continue_from(std::span<const Index> parents) override {
    std::vector<Tokens> next;
    for (const Index parent : parents) next.push_back(beginnings_[static_cast<size_t>(parent)]);
    beginnings_ = next;
    offsets_.back() = std::ssize(beginnings_);
  }
  Segments rows() const override { return {offsets_}; }
  Index limit(Index) const override { return static_cast<Index>(most); }

  static constexpr TokenId begin = 100;

 private:
  const Script& script_;
  std::vector<Tokens> beginnings_ = {{}};
  std::vector<Index> offsets_ = {0, 1};
  Matrix logits_;
};

std::string text_of(const Tokens& tokens) {
  std::string text;
  for (const TokenId token : tokens) {
    const bool is_known = token >= 0 && token < std::ssize(words);
    text += (text.empty() ? "" : " ") + (is_known ? words[static_cast<size_t>(token)] : "?");
  }
  return text.empty() ? "(nothing)" : text;
}

std::string found_in(const Script& script, size_t k) {
  const auto language = [&](const Tokens& beginning) { return next_log_p(script, beginning); };
  return text_of(exercise_beam_search(language, k, end, most));
}

std::string expected_in(const Script& script, size_t k) {
  ScriptedSequences sequences(script);
  const BeamConfig beam{.size = static_cast<Index>(k), .length_penalty = 0.0};
  Tokens tokens =
      beam_search(sequences, Threads::serial(), beam, {ScriptedSequences::begin, end})[0].tokens;
  tokens.push_back(end);
  return text_of(tokens);
}

/// 1 le, 2 la, 3 chat, 4 chien, 5 dort. `le` is the likelier word, but little good follows it.
void check_dead_end(Exercise& exercise) {
  const Script dead_end = {{{}, {{1, 0.6}, {2, 0.4}}}, {{1}, {{3, 0.4}, {4, 0.3}, {5, 0.3}}},
                           {{1, 3}, {{0, 0.9}}},       {{1, 4}, {{0, 0.9}}},
                           {{2}, {{3, 0.9}}},          {{2, 3}, {{0, 0.9}}}};
  exercise.expect("greedy, a beam of 1", found_in(dead_end, 1), expected_in(dead_end, 1),
                  "with k = 1 only the likeliest continuation is left at each step");
  exercise.expect("a beam of 2", found_in(dead_end, 2), expected_in(dead_end, 2),
                  "`la` is kept beside `le`, and `la chat` is likelier than `le chat`");
}

/// Both good continuations follow `le`.
void check_one_side(Exercise& exercise) {
  const Script one_side = {
      {{}, {{1, 0.7}, {2, 0.3}}}, {{1}, {{3, 0.5}, {4, 0.5}}}, {{1, 3}, {{5, 0.3}, {0, 0.1}}},
      {{1, 3, 5}, {{0, 0.9}}},    {{1, 4}, {{0, 0.9}}},        {{2}, {{5, 0.3}}},
      {{2, 5}, {{0, 0.9}}}};
  exercise.expect("a beam of 2 where one beginning has both best", found_in(one_side, 2),
                  expected_in(one_side, 2),
                  {{"le chat dort .",
                    "the k that go on are the best of all continuations together, "
                    "and not the best of each hypothesis"}},
                  "two continuations of `le` push `la` out");
}

/// `la` is unlikely, but `dort` follows it almost surely.
void check_sure_end(Exercise& exercise) {
  const Script sure_end = {{{}, {{1, 0.9}, {2, 0.1}}}, {{1}, {{3, 0.6}, {4, 0.4}}},
                           {{1, 3}, {{0, 0.9}}},       {{1, 4}, {{0, 0.9}}},
                           {{2}, {{5, 0.95}}},         {{2, 5}, {{0, 0.95}}}};
  exercise.expect("a beam of 2 where an unlikely beginning goes on surely", found_in(sure_end, 2),
                  expected_in(sure_end, 2),
                  {{"la dort .",
                    "the unlikely beginning was forgotten: a hypothesis counts by the "
                    "log p of all its tokens, summed up"}},
                  "the sums decide, and not the last token alone");
}

/// A short sentence ends early, and is worse than what still grows.
void check_early_end(Exercise& exercise) {
  const Script early_end = {
      {{}, {{1, 0.8}, {0, 0.2}}}, {{1}, {{3, 0.9}}}, {{1, 3}, {{5, 0.9}}}, {{1, 3, 5}, {{0, 0.9}}}};
  exercise.expect("a beam of 2 where an unlikely sentence ends first", found_in(early_end, 2),
                  expected_in(early_end, 2),
                  {{".",
                    "the search ends when nothing that grows can overtake the best that has "
                    "ended, and not when the first sentence has ended"}},
                  "compare what has ended with what is still growing");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("beam_of_two");
  check_dead_end(exercise);
  check_one_side(exercise);
  check_sure_end(exercise);
  check_early_end(exercise);
  return exercise.finish();
}
