// Beam search against greedy decoding, against trying everything, and against the textbook's way
// of writing it: one sentence, whole passes, sorted lists.
#include "chapters/08_translation/beam_search.hpp"

#include <algorithm>
#include <cmath>

#include "src/data/batches.hpp"
#include "tests/support/close.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using Tokens = std::vector<TokenId>;

constexpr double length_penalty = 0.6;

// Of log probabilities, summed over tokens: products of other shapes add in another order.
constexpr double rounding = 1e-4;

/// A model whose parameters are random, and large enough that translations differ.
struct RandomModel {
  Threads threads{2};
  Tape tape{threads};
  SmallModel small;

  explicit RandomModel(std::uint64_t seed, const ModelConfig& config = small_config(0.0f))
      : small(config, seed) {
    for (float& value : small.store.values()) value *= 1.5f;
  }

  std::vector<Translation> search(const PackedSentences& source, Index size,
                                  double penalty = length_penalty) {
    return beam_search(small.model, tape, source, {.size = size, .length_penalty = penalty});
  }

  /// The log probabilities of the token after `prefix`, by a pass over all of it.
  std::vector<double> log_probabilities(const PackedSentences& source, const Tokens& prefix) {
    TranslationBatch batch;
    batch.source = source;
    batch.target_input.push(begin_mark);
    for (const TokenId token : prefix) batch.target_input.push(token);
    batch.target_input.end_sentence();
    tape.begin(Mode::inference);
    const Variable memory = small.model.encode(tape, batch.source);
    const Variable y = small.model.decode(batch.target_input, memory, batch.source.segments());
    const ConstMatrixView logits = small.model.logits(y).value();
    const float* last = logits.row(logits.n_rows - 1);
    double sum = 0.0;
    for (Index i = 0; i < logits.n_columns; ++i) sum += std::exp(static_cast<double>(last[i]));
    std::vector<double> result;
    for (Index i = 0; i < logits.n_columns; ++i) {
      result.push_back(static_cast<double>(last[i]) - std::log(sum));
    }
    return result;
  }
};

double score_of(double log_probability, size_t n_tokens, bool complete, double penalty) {
  const double length = static_cast<double>(n_tokens) + (complete ? 1.0 : 0.0);
  return log_probability / std::pow((5.0 + length) / 6.0, penalty);
}

double score_of(const Translation& translation) {
  return score_of(translation.log_probability, translation.tokens.size(), translation.complete,
                  length_penalty);
}

PackedSentences sentence_alone(const PackedSentences& sentences, Index s) {
  PackedSentences alone;
  for (const TokenId token : sentences.sentence(s)) alone.push(token);
  alone.end_sentence();
  return alone;
}

PackedSentences sources(std::uint64_t seed) { return random_sentences(seed, {.n_sentences = 6}); }

struct Path {
  Tokens tokens;
  double log_probability = 0.0;
};

/// All paths with one token more, the most likely first.
std::vector<Path> one_token_longer(RandomModel& model, const PackedSentences& source,
                                   const std::vector<Path>& beam) {
  std::vector<Path> longer;
  for (const Path& path : beam) {
    const std::vector<double> next = model.log_probabilities(source, path.tokens);
    for (size_t token = 0; token < next.size(); ++token) {
      longer.push_back({path.tokens, path.log_probability + next[token]});
      longer.back().tokens.push_back(static_cast<TokenId>(token));
    }
  }
  std::stable_sort(longer.begin(), longer.end(), [](const Path& a, const Path& b) {
    return a.log_probability > b.log_probability;
  });
  return longer;
}

/// Whether a growing path may still become better than all finished ones: if what it has is kept
/// and every place up to the limit is filled.
bool can_overtake(const std::vector<Path>& beam, const std::vector<Path>& finished, Index limit) {
  return std::all_of(finished.begin(), finished.end(), [&](const Path& path) {
    const double score = score_of(path.log_probability, path.tokens.size(), true, length_penalty);
    return score < score_of(beam.front().log_probability, static_cast<size_t>(limit), false,
                            length_penalty);
  });
}

/// Beam search as a textbook writes it.
Translation search_by_the_book(RandomModel& model, const PackedSentences& source, size_t size) {
  const Index limit = length_limit(model.small.model.config(), source.segments().length(0));
  std::vector<Path> beam(1);
  std::vector<Path> finished;
  for (Index length = 0; length < limit && can_overtake(beam, finished, limit); ++length) {
    std::vector<Path> longer = one_token_longer(model, source, beam);
    // Those among the best that end are finished; the best others go on.
    beam.clear();
    for (size_t rank = 0; rank < longer.size() && beam.size() < size; ++rank) {
      Path& path = longer[rank];
      if (path.tokens.back() != end_mark) {
        beam.push_back(path);
      } else if (rank < size) {
        path.tokens.pop_back();
        finished.push_back(path);
      }
    }
  }
  const bool complete = !finished.empty();
  const auto& choice = complete ? finished : beam;
  const auto best =
      std::max_element(choice.begin(), choice.end(), [&](const Path& a, const Path& b) {
        return score_of(a.log_probability, a.tokens.size(), complete, length_penalty) <
               score_of(b.log_probability, b.tokens.size(), complete, length_penalty);
      });
  return {best->tokens, best->log_probability, complete};
}

/// The best translation of all that there are, by trying each.
struct Everything {
  RandomModel& model;
  const PackedSentences& source;
  Index limit = length_limit(model.small.model.config(), source.segments().length(0));
  Translation best = {};
  double best_score = -1e300;

  void try_all_after(const Tokens& prefix, double log_probability) {
    const std::vector<double> next = model.log_probabilities(source, prefix);
    const double ended = log_probability + next[end_mark];
    const double score = score_of(ended, prefix.size(), true, length_penalty);
    if (score > best_score) best = {prefix, ended, true}, best_score = score;
    if (static_cast<Index>(prefix.size()) + 1 == limit) return;
    for (TokenId token = 0; token < static_cast<TokenId>(next.size()); ++token) {
      if (token == end_mark) continue;
      Tokens longer = prefix;
      longer.push_back(token);
      try_all_after(longer, log_probability + next[static_cast<size_t>(token)]);
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_beam_of_one_is_greedy_decoding) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    RandomModel model(seed);
    const PackedSentences source = sources(seed);
    const std::vector<Translation> greedy = greedy_decode(model.small.model, model.tape, source);
    const std::vector<Translation> beam = model.search(source, 1);
    BOOST_REQUIRE(beam.size() == greedy.size());
    for (size_t s = 0; s < greedy.size(); ++s) {
      BOOST_TEST(beam[s].tokens == greedy[s].tokens);
      BOOST_TEST(beam[s].complete == greedy[s].complete);
      BOOST_TEST(std::abs(beam[s].log_probability - greedy[s].log_probability) < 1e-9);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_large_vocabulary_is_searched_as_a_small_one) {
  const ModelConfig config = small_config(0.0f);
  ParameterStore store(3);
  const Transformer model(store, config, 150);
  for (float& value : store.values()) value *= 1.5f;
  Threads threads(2);
  Tape tape(threads);
  const PackedSentences source = sources(1);
  const std::vector<Translation> greedy = greedy_decode(model, tape, source);
  const std::vector<Translation> beam =
      beam_search(model, tape, source, {.size = 1, .length_penalty = length_penalty});
  TokenId largest = 0;
  for (size_t s = 0; s < greedy.size(); ++s) {
    BOOST_TEST(beam[s].tokens == greedy[s].tokens);
    for (const TokenId token : greedy[s].tokens) largest = std::max(largest, token);
  }
  BOOST_TEST(largest > 64);
}

BOOST_AUTO_TEST_CASE(a_wider_beam_finds_no_worse_translations) {
  int n_better = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    RandomModel model(seed);
    const PackedSentences source = sources(seed);
    const std::vector<Translation> greedy = greedy_decode(model.small.model, model.tape, source);
    const std::vector<Translation> beam = model.search(source, 8);
    for (size_t s = 0; s < greedy.size(); ++s) {
      // A complete translation is preferred to one that was cut off, whatever the scores.
      if (beam[s].complete && !greedy[s].complete) continue;
      BOOST_TEST(score_of(beam[s]) >= score_of(greedy[s]) - rounding, "model " << seed);
      n_better += score_of(beam[s]) > score_of(greedy[s]) + rounding;
    }
  }
  BOOST_TEST(n_better > 0);
}

BOOST_AUTO_TEST_CASE(the_company_of_other_sentences_changes_no_translation) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    RandomModel model(seed);
    const PackedSentences source = random_sentences(seed, {.n_sentences = 9, .longest = 8});
    const std::vector<Translation> together = model.search(source, 4);
    for (Index s = 0; s < source.n_sentences(); ++s) {
      const Translation& in_company = together[static_cast<size_t>(s)];
      const Translation alone = model.search(sentence_alone(source, s), 4)[0];
      BOOST_TEST(alone.tokens == in_company.tokens);
      BOOST_TEST(std::abs(alone.log_probability - in_company.log_probability) < rounding);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_beam_of_four_goes_by_the_book) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    RandomModel model(seed);
    const PackedSentences source = sources(seed);
    const std::vector<Translation> translations = model.search(source, 4);
    for (Index s = 0; s < source.n_sentences(); ++s) {
      const Translation expected = search_by_the_book(model, sentence_alone(source, s), 4);
      const Translation& found = translations[static_cast<size_t>(s)];
      BOOST_TEST(found.tokens == expected.tokens, "model " << seed << ", sentence " << s);
      BOOST_TEST(found.complete == expected.complete);
      BOOST_TEST(std::abs(found.log_probability - expected.log_probability) < rounding);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_beam_as_wide_as_all_there_is_finds_the_best_of_all) {
  ModelConfig config = small_config(0.0f);
  config.n_positions = 4;  // at most three tokens and the end mark: 1 + 12 + 144 + 1728 sentences
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    RandomModel model(seed, config);
    const PackedSentences source = random_sentences(seed, {.n_sentences = 1, .longest = 3});
    Everything everything{model, source};
    everything.try_all_after({}, 0.0);
    const Translation found = model.search(source, 4000)[0];
    BOOST_TEST(found.tokens == everything.best.tokens);
    BOOST_TEST(found.complete);
    BOOST_TEST(std::abs(found.log_probability - everything.best.log_probability) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(the_length_penalty_favours_longer_translations) {
  size_t n_tokens_without = 0, n_tokens_with = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    RandomModel model(seed);
    const PackedSentences source = sources(seed);
    for (const Translation& t : model.search(source, 4, 0.0)) n_tokens_without += t.tokens.size();
    for (const Translation& t : model.search(source, 4, 5.0)) n_tokens_with += t.tokens.size();
  }
  BOOST_TEST(n_tokens_with > n_tokens_without);
}

BOOST_AUTO_TEST_CASE(the_best_few_are_all_different_and_stand_best_first) {
  int n_partly_complete = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    RandomModel model(seed);
    const PackedSentences source = sources(seed);
    const std::vector<Translation> best = model.search(source, 6);
    GrowingTranslations growing(model.small.model, model.tape, source, 6);
    const auto all = beam_search_n_best(growing, model.threads,
                                        {.size = 6, .length_penalty = length_penalty, .n_best = 4});
    for (size_t s = 0; s < all.size(); ++s) {
      BOOST_TEST_REQUIRE(all[s].size() == 4u);
      if (all[s].front().complete && !all[s].back().complete) ++n_partly_complete;
      if (all[s].front().complete) BOOST_TEST(all[s].front().tokens == best[s].tokens);
      for (size_t i = 0; i < all[s].size(); ++i) {
        BOOST_TEST(std::abs(all[s][i].score - score_of(all[s][i])) < rounding);
        for (size_t j = 0; j < i; ++j) {
          BOOST_TEST(all[s][j].complete >= all[s][i].complete);
          if (all[s][j].complete == all[s][i].complete) {
            BOOST_TEST(all[s][j].score >= all[s][i].score);
          }
          BOOST_TEST(all[s][j].tokens != all[s][i].tokens);
        }
      }
    }
  }
  BOOST_TEST(n_partly_complete > 0);  // the limit filled up what too few ended of
}
