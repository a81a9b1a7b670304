#include "src/text/batches.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>

#include "src/base/philox.hpp"
#include "tests/support/allocation_counter.hpp"
#include "tests/support/errors.hpp"

namespace transformer::test {
namespace {

using Ids = std::vector<TokenId>;
constexpr Index max_tokens = 200;

// Sentences of 1 to 30 tokens; the first token of each is the number of its pair.
ParallelCorpus random_corpus(Index n_pairs) {
  ParallelCorpus corpus;
  for (Index pair = 0; pair < n_pairs; ++pair) {
    const RandomKey key{5, static_cast<std::uint32_t>(pair), 0};
    const std::uint32_t source_length = 1 + key.below(0, 30);
    const std::uint32_t target_length = std::max(4u, source_length + key.below(1, 7)) - 3;
    for (const auto& [side, length] :
         {std::pair(&corpus.source, source_length), std::pair(&corpus.target, target_length)}) {
      side->push(static_cast<TokenId>(pair) + Vocabulary::n_special);
      for (std::uint32_t i = 1; i < length; ++i) side->push(Vocabulary::n_special);
      side->end_sentence();
    }
  }
  return corpus;
}

std::vector<TranslationBatch> epoch_of(Batches& batches) {
  std::vector<TranslationBatch> epoch(static_cast<size_t>(batches.n_batches()));
  for (TranslationBatch& batch : epoch) batches.next(batch);
  return epoch;
}

// Which pairs are in a batch, in order.
Ids pairs_of(const TranslationBatch& batch) {
  Ids pairs;
  for (Index s = 0; s < batch.source.n_sentences(); ++s) {
    pairs.push_back(batch.source.sentence(s)[0] - Vocabulary::n_special);
  }
  return pairs;
}

Ids pairs_of(const std::vector<TranslationBatch>& epoch) {
  Ids all;
  for (const TranslationBatch& batch : epoch) {
    const Ids pairs = pairs_of(batch);
    all.insert(all.end(), pairs.begin(), pairs.end());
  }
  return all;
}

Ids sorted(Ids ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

Ids all_pairs(Index n) {
  Ids ids;
  for (Index i = 0; i < n; ++i) ids.push_back(static_cast<TokenId>(i));
  return ids;
}

BOOST_AUTO_TEST_CASE(sentences_get_their_begin_and_end_marks) {
  TranslationBatch batch;
  const Ids x1 = {10, 11}, y1 = {20, 21, 22}, x2 = {12}, y2 = {23};
  append_pair(x1, y1, batch);
  append_pair(x2, y2, batch);
  BOOST_TEST(batch.source.tokens == (Ids{10, 11, 2, 12, 2}), boost::test_tools::per_element());
  BOOST_TEST(batch.target_input.tokens == (Ids{1, 20, 21, 22, 1, 23}),
             boost::test_tools::per_element());
  BOOST_TEST(batch.target_output == (Ids{20, 21, 22, 2, 23, 2}), boost::test_tools::per_element());
  BOOST_TEST(batch.source.offsets == (std::vector<Index>{0, 3, 5}),
             boost::test_tools::per_element());
  BOOST_TEST(batch.target_input.offsets == (std::vector<Index>{0, 4, 6}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_epoch_shows_every_pair_once_in_another_order) {
  const ParallelCorpus corpus = random_corpus(1000);
  Batches batches(corpus, max_tokens, 1);
  const Ids first = pairs_of(epoch_of(batches)), second = pairs_of(epoch_of(batches));
  BOOST_TEST(sorted(first) == all_pairs(1000), boost::test_tools::per_element());
  BOOST_TEST(sorted(second) == all_pairs(1000), boost::test_tools::per_element());
  BOOST_TEST((first != second));
  BOOST_TEST(batches.position().epoch == 2u);
}

BOOST_AUTO_TEST_CASE(pairs_larger_than_a_pool_are_all_shown_too) {
  const ParallelCorpus corpus = random_corpus(20'000);
  Batches batches(corpus, max_tokens, 1);
  BOOST_TEST((sorted(pairs_of(epoch_of(batches))) == all_pairs(20'000)));
}

BOOST_AUTO_TEST_CASE(source_and_target_of_a_pair_stay_together) {
  const ParallelCorpus corpus = random_corpus(300);
  Batches batches(corpus, max_tokens, 1);
  for (const TranslationBatch& batch : epoch_of(batches)) {
    BOOST_TEST(batch.source.n_sentences() == batch.target_input.n_sentences());
    BOOST_TEST(static_cast<Index>(batch.target_output.size()) == batch.target_input.n_tokens());
    for (Index s = 0; s < batch.source.n_sentences(); ++s) {
      BOOST_TEST(batch.source.sentence(s)[0] == batch.target_input.sentence(s)[1]);
    }
  }
}

BOOST_AUTO_TEST_CASE(batches_keep_the_budget_and_use_it) {
  const ParallelCorpus corpus = random_corpus(2000);
  Batches batches(corpus, max_tokens, 1);
  const auto epoch = epoch_of(batches);
  Index n_tokens = 0;
  for (const TranslationBatch& batch : epoch) {
    const Index larger = std::max(batch.source.n_tokens(), batch.target_input.n_tokens());
    BOOST_TEST(larger <= max_tokens);
    n_tokens += larger;
  }
  BOOST_TEST(n_tokens > static_cast<Index>(epoch.size()) * max_tokens * 85 / 100);
}

BOOST_AUTO_TEST_CASE(a_batch_holds_sentences_of_similar_length) {
  const ParallelCorpus corpus = random_corpus(2000);
  Batches batches(corpus, max_tokens, 1);
  Index widest = 0;
  for (const TranslationBatch& batch : epoch_of(batches)) {
    Index shortest = 1000, longest = 0;
    for (Index s = 0; s < batch.source.n_sentences(); ++s) {
      const Index length =
          batch.source.segments().length(s) + batch.target_input.segments().length(s);
      shortest = std::min(shortest, length);
      longest = std::max(longest, length);
    }
    widest = std::max(widest, longest - shortest);
  }
  // Lengths of both sides together run from 4 to 65.
  BOOST_TEST(widest <= 5);
}

BOOST_AUTO_TEST_CASE(batches_do_not_come_in_order_of_length) {
  const ParallelCorpus corpus = random_corpus(2000);
  Batches batches(corpus, max_tokens, 1);
  std::vector<Index> lengths;
  for (const TranslationBatch& batch : epoch_of(batches)) {
    lengths.push_back(batch.source.segments().length(0));
  }
  Index n_steps_up = 0;
  for (size_t i = 1; i < lengths.size(); ++i) n_steps_up += lengths[i] > lengths[i - 1];
  BOOST_TEST(n_steps_up > static_cast<Index>(lengths.size()) / 3);
  BOOST_TEST(n_steps_up < static_cast<Index>(lengths.size()) * 2 / 3);
}

BOOST_AUTO_TEST_CASE(a_pair_longer_than_the_budget_has_a_batch_of_its_own) {
  const ParallelCorpus corpus = random_corpus(50);
  Batches batches(corpus, 1, 1);
  BOOST_TEST(batches.n_batches() == 50);
  BOOST_TEST(sorted(pairs_of(epoch_of(batches))) == all_pairs(50),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_pair_is_enough_and_none_is_not) {
  const ParallelCorpus corpus = random_corpus(1), empty;
  Batches batches(corpus, max_tokens, 1);
  TranslationBatch batch;
  for (std::uint32_t epoch = 0; epoch < 3; ++epoch) {
    BOOST_TEST((batches.position() == BatchPosition{epoch, 0}));
    batches.next(batch);
    BOOST_TEST(batch.source.n_sentences() == 1);
  }
  BOOST_TEST(fails(ExitCode::bad_data, "no sentence pairs", [&] { Batches(empty, 100, 1); }));
}

BOOST_AUTO_TEST_CASE(training_goes_on_from_any_position_as_if_it_had_not_stopped) {
  const ParallelCorpus corpus = random_corpus(200);
  Batches whole(corpus, max_tokens, 9);
  std::vector<BatchPosition> positions;
  std::vector<Ids> batches_of_whole;
  TranslationBatch batch;
  while (whole.position().epoch < 3) {
    positions.push_back(whole.position());
    whole.next(batch);
    batches_of_whole.push_back(batch.source.tokens);
  }
  for (size_t i = 0; i < positions.size(); ++i) {
    Batches resumed(corpus, max_tokens, 9);
    resumed.seek(positions[i]);
    for (size_t j = i; j < std::min(i + 3, positions.size()); ++j) {
      BOOST_TEST((resumed.position() == positions[j]));
      resumed.next(batch);
      BOOST_TEST((batch.source.tokens == batches_of_whole[j]));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_position_that_does_not_exist_is_refused) {
  const ParallelCorpus corpus = random_corpus(200);
  Batches batches(corpus, max_tokens, 1);
  for (const Index batch : {batches.n_batches(), Index{-1}, Index{1} << 40}) {
    BOOST_TEST(fails(ExitCode::bad_data, "the training data or the batch size changed", [&] {
      batches.seek({0, batch});
    }));
  }
}

// Pairs of one token each, one to a batch.
ParallelCorpus equal_pairs(Index n_pairs) {
  ParallelCorpus corpus;
  for (Index pair = 0; pair < n_pairs; ++pair) {
    for (PackedSentences* side : {&corpus.source, &corpus.target}) {
      side->push(static_cast<TokenId>(pair) + Vocabulary::n_special);
      side->end_sentence();
    }
  }
  return corpus;
}

BOOST_AUTO_TEST_CASE(the_order_is_that_of_the_definition_on_every_platform) {
  // From a program of a few lines of Python: Philox, multiply-shift, Fisher-Yates; first the pairs,
  // then the batches.
  const ParallelCorpus corpus = equal_pairs(8);
  Batches one(corpus, 2, 1), other(corpus, 2, (std::uint64_t{1} << 63) | 5);
  BOOST_TEST(pairs_of(epoch_of(one)) == (Ids{0, 1, 5, 6, 7, 2, 3, 4}),
             boost::test_tools::per_element());
  BOOST_TEST(pairs_of(epoch_of(one)) == (Ids{0, 7, 3, 4, 5, 2, 6, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(pairs_of(epoch_of(other)) == (Ids{0, 7, 2, 6, 1, 3, 4, 5}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(chance_decides_where_a_pair_stands) {
  // Which of three pairs is the first, over 3000 epochs.
  const ParallelCorpus corpus = equal_pairs(3);
  Batches batches(corpus, 2, 1);
  std::map<TokenId, int> n_first;
  TranslationBatch batch;
  for (std::uint32_t epoch = 0; epoch < 3000; ++epoch) {
    batches.seek({epoch, 0});
    batches.next(batch);
    ++n_first[batch.source.tokens[0]];
  }
  // 1000 are expected; the standard deviation is 26.
  for (const TokenId token : {3, 4, 5}) BOOST_TEST(std::abs(n_first[token] - 1000) < 130);
}

BOOST_AUTO_TEST_CASE(after_the_first_step_nothing_is_allocated) {
  const ParallelCorpus corpus = random_corpus(3000);
  Batches batches(corpus, max_tokens, 1);
  TranslationBatch batch;
  batches.reserve(batch);
  const AllocationCount count = allocations_of([&] {
    while (batches.position().epoch < 5) batches.next(batch);
    batches.seek({7, 3});
  });
  BOOST_TEST(count == AllocationCount{});
}

}  // namespace
}  // namespace transformer::test
