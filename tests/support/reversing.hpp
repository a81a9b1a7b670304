// Translators that are no Transformers learn to write words backwards; what searches make of that.
#pragma once

#include "chapters/08_translation/beam_search.hpp"
#include "tests/support/allocation_counter.hpp"
#include "tests/support/small_model.hpp"

namespace transformer::test {

/// Random sentences whose translations are themselves, backwards.
inline TranslationBatch reversed_batch(std::uint64_t seed, const SentenceSizes& sizes) {
  const PackedSentences words = random_sentences(seed, sizes);
  PackedSentences reversed;
  for (Index s = 0; s < words.n_sentences(); ++s) {
    const auto word = words.sentence(s).first(words.sentence(s).size() - 1);
    for (auto token = word.rbegin(); token != word.rend(); ++token) reversed.push(*token);
    reversed.push(end_mark);
    reversed.end_sentence();
  }
  return batch_of(words, reversed);
}

/// A model that learns from 32 such sentences in each step.
template <class Model, class Config>
struct ReversingLearner {
  explicit ReversingLearner(const Config& config, Index longest_word,
                            Threads& threads = Threads::serial())
      : longest(static_cast<std::uint32_t>(longest_word)),
        model(store, config, n_small_vocabulary),
        trainer(store, inverse_sqrt_schedule(0.01, 50), threads, 1, {.clip_norm = 1.0f}) {}

  TranslationBatch batch(std::uint64_t seed) const {
    return reversed_batch(seed, {.n_sentences = 32, .longest = longest});
  }
  void step(const TranslationBatch& batch) {
    trainer.step([&](Tape& tape) { return translation_loss(model, tape, batch, 0.1f); });
  }
  void steps(std::uint64_t n) {
    for (std::uint64_t seed = 1; seed <= n; ++seed) step(batch(seed));
  }

  std::uint32_t longest;
  ParameterStore store{1};
  Model model;
  Trainer trainer;
};

/// How many sentences are translated as they should be.
struct RightOnes {
  Index greedily = 0, with_a_beam_of_four = 0;
};

/// Checks on the way that a beam of one writes what the greedy search writes.
template <class Growing, class Model>
RightOnes right_ones(const Model& model, const TranslationBatch& words) {
  Tape tape(Threads::serial());
  const std::vector<Translation> greedy = greedy_decode(model, tape, words.source);
  Growing one(model, tape, words.source);
  const std::vector<Translation> narrow = beam_search(one, Threads::serial(), {.size = 1});
  Growing four(model, tape, words.source, 4);
  const std::vector<Translation> wide = beam_search(four, Threads::serial(), {.size = 4});
  RightOnes n;
  for (size_t s = 0; s < greedy.size(); ++s) {
    const auto expected = words.target_input.sentence(static_cast<Index>(s)).subspan(1);
    const auto is_right = [&](const Translation& found) {
      return std::ranges::equal(found.tokens, expected);
    };
    n.greedily += is_right(greedy[s]);
    n.with_a_beam_of_four += is_right(wide[s]);
    BOOST_TEST(narrow[s].tokens == greedy[s].tokens, boost::test_tools::per_element());
  }
  return n;
}

/// Checks that from the second step of training and the second written token on nothing is
/// allocated.
template <class Growing, class Learner>
void check_allocations(Learner& learner) {
  const TranslationBatch batch = learner.batch(1);
  for (int i = 0; i < 3; ++i) learner.step(batch);
  const AllocationCount training = allocations_of([&] { learner.step(batch); });
  BOOST_TEST(training == AllocationCount{}, training << " in a step");

  Tape tape(Threads::serial());
  Growing growing(learner.model, tape, batch.source);
  const auto n = static_cast<size_t>(batch.source.n_sentences());
  const std::vector<TokenId> tokens(n, begin_mark);
  std::vector<Index> parents;
  for (size_t i = 0; i < n; ++i) parents.push_back(static_cast<Index>(i));
  const auto token = [&] { growing.append(tokens), growing.continue_from(parents); };
  token();
  const AllocationCount decoding = allocations_of(token);
  BOOST_TEST(decoding == AllocationCount{}, decoding << " for a token");
}

}  // namespace transformer::test
