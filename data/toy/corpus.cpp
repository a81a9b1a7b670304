#include "data/toy/corpus.hpp"

#include <algorithm>
#include <unordered_set>

#include "data/toy/english.hpp"
#include "data/toy/french.hpp"
#include "data/toy/grammar.hpp"
#include "data/toy/held_out.hpp"

namespace transformer::toy {
namespace {

/// Of the new sentences without a held-out pair, one in so many goes to each of valid and test.
constexpr std::size_t every = 40;

bool has_right_length(const Words& words) {
  return shortest <= words.size() && words.size() <= longest;
}

}  // namespace

Corpus make_corpus(std::uint64_t seed) {
  Corpus corpus;
  std::unordered_set<std::string> seen;
  std::size_t n_usual = 0, n_held_out = 0;

  const auto is_full = [&] {
    return corpus.train.size() == n_train && corpus.valid.size() == n_valid &&
           corpus.test.size() == n_test;
  };
  for (std::uint32_t draw = 0; !is_full(); ++draw) {
    // Draw what to say and say it in both languages; keep what is new.
    const Sentence sentence = draw_sentence({seed, draw});
    const Words english = in_english(sentence), french = in_french(sentence);
    if (!has_right_length(english) || !has_right_length(french)) continue;
    SentencePair pair{joined(english), joined(french)};
    if (!seen.insert(pair.english).second) continue;

    // What holds a held-out pair belongs to the test set or to nothing.
    if (has_held_out_pair(sentence)) {
      if (n_held_out++ < n_test_held_out) corpus.test.push_back(std::move(pair));
      continue;
    }
    // Spread valid and test evenly over the draws: frequent, short sentences come early.
    const std::size_t turn = n_usual++ % every;
    const std::size_t n_test_usual = corpus.test.size() - std::min(n_held_out, n_test_held_out);
    if (turn == 0 && n_test_usual < n_test - n_test_held_out) {
      corpus.test.push_back(std::move(pair));
    } else if (turn == every / 2 && corpus.valid.size() < n_valid) {
      corpus.valid.push_back(std::move(pair));
    } else if (corpus.train.size() < n_train) {
      corpus.train.push_back(std::move(pair));
    }
  }
  return corpus;
}

}  // namespace transformer::toy
