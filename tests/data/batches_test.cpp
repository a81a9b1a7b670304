#include "src/data/batches.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>

#include "src/base/philox.hpp"
#include "src/data/parallel_corpus.hpp"
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

Batches batches_of(const ParallelCorpus& corpus, Index most_tokens, std::uint64_t seed) {
  return {{&corpus.source, &corpus.target}, most_tokens, seed};
}

/// The pairs of each batch, in order.
std::vector<Ids> epoch_of(Batches& batches) {
  std::vector<Ids> epoch;
  for (const auto number = batches.position().epoch; batches.position().epoch == number;) {
    const Batch batch = batches.next();
    epoch.emplace_back(batch.begin(), batch.end());
  }
  return epoch;
}

Ids pairs_of(const std::vector<Ids>& epoch) {
  Ids all;
  for (const Ids& pairs : epoch) all.insert(all.end(), pairs.begin(), pairs.end());
  return all;
}

/// Tokens of one side, marks included.
Index n_tokens_of(const PackedSentences& side, const Ids& pairs) {
  Index n = 0;
  for (const TokenId pair : pairs) n += side.segments().length(pair) + 1;
  return n;
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

BOOST_AUTO_TEST_CASE(every_epoch_shows_every_pair_once_in_another_order) {
  const ParallelCorpus corpus = random_corpus(1000);
  Batches batches = batches_of(corpus, max_tokens, 1);
  const Ids first = pairs_of(epoch_of(batches)), second = pairs_of(epoch_of(batches));
  BOOST_TEST(sorted(first) == all_pairs(1000), boost::test_tools::per_element());
  BOOST_TEST(sorted(second) == all_pairs(1000), boost::test_tools::per_element());
  BOOST_TEST((first != second));
  BOOST_TEST(batches.position().epoch == 2u);
}

BOOST_AUTO_TEST_CASE(pairs_larger_than_a_pool_are_all_shown_too) {
  const ParallelCorpus corpus = random_corpus(20'000);
  Batches batches = batches_of(corpus, max_tokens, 1);
  BOOST_TEST((sorted(pairs_of(epoch_of(batches))) == all_pairs(20'000)));
}

BOOST_AUTO_TEST_CASE(batches_keep_the_budget_and_use_it) {
  const ParallelCorpus corpus = random_corpus(2000);
  Batches batches = batches_of(corpus, max_tokens, 1);
  const auto epoch = epoch_of(batches);
  Index n_tokens = 0;
  for (const Ids& batch : epoch) {
    const Index larger =
        std::max(n_tokens_of(corpus.source, batch), n_tokens_of(corpus.target, batch));
    BOOST_TEST(larger <= max_tokens);
    n_tokens += larger;
  }
  BOOST_TEST(n_tokens > static_cast<Index>(epoch.size()) * max_tokens * 85 / 100);
}

BOOST_AUTO_TEST_CASE(a_batch_holds_sentences_of_similar_length) {
  const ParallelCorpus corpus = random_corpus(2000);
  Batches batches = batches_of(corpus, max_tokens, 1);
  Index widest = 0;
  for (const Ids& batch : epoch_of(batches)) {
    Index shortest = 1000, longest = 0;
    for (const TokenId pair : batch) {
      const Index length =
          corpus.source.segments().length(pair) + corpus.target.segments().length(pair);
      shortest = std::min(shortest, length);
      longest = std::max(longest, length);
    }
    widest = std::max(widest, longest - shortest);
  }
  // Lengths of both sides together run from 2 to 63.
  BOOST_TEST(widest <= 5);
}

BOOST_AUTO_TEST_CASE(batches_do_not_come_in_order_of_length) {
  const ParallelCorpus corpus = random_corpus(2000);
  Batches batches = batches_of(corpus, max_tokens, 1);
  std::vector<Index> lengths;
  for (const Ids& batch : epoch_of(batches)) {
    lengths.push_back(corpus.source.segments().length(batch[0]));
  }
  Index n_steps_up = 0;
  for (size_t i = 1; i < lengths.size(); ++i) n_steps_up += lengths[i] > lengths[i - 1];
  BOOST_TEST(n_steps_up > static_cast<Index>(lengths.size()) / 3);
  BOOST_TEST(n_steps_up < static_cast<Index>(lengths.size()) * 2 / 3);
}

BOOST_AUTO_TEST_CASE(a_pair_longer_than_the_budget_has_a_batch_of_its_own) {
  const ParallelCorpus corpus = random_corpus(50);
  Batches batches = batches_of(corpus, 1, 1);
  BOOST_TEST(batches.n_batches() == 50);
  BOOST_TEST(sorted(pairs_of(epoch_of(batches))) == all_pairs(50),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_pair_is_enough_and_none_is_not) {
  const ParallelCorpus corpus = random_corpus(1), empty;
  Batches batches = batches_of(corpus, max_tokens, 1);
  for (std::uint32_t epoch = 0; epoch < 3; ++epoch) {
    BOOST_TEST((batches.position() == BatchPosition{epoch, 0}));
    BOOST_TEST(std::ssize(batches.next()) == 1);
  }
  BOOST_TEST(
      fails(ExitCode::bad_data, "no sentences to learn from", [&] { batches_of(empty, 100, 1); }));
}

BOOST_AUTO_TEST_CASE(training_goes_on_from_any_position_as_if_it_had_not_stopped) {
  const ParallelCorpus corpus = random_corpus(200);
  Batches whole = batches_of(corpus, max_tokens, 9);
  std::vector<BatchPosition> positions;
  std::vector<Ids> batches_of_whole;
  while (whole.position().epoch < 3) {
    positions.push_back(whole.position());
    const Batch batch = whole.next();
    batches_of_whole.emplace_back(batch.begin(), batch.end());
  }
  for (size_t i = 0; i < positions.size(); ++i) {
    Batches resumed = batches_of(corpus, max_tokens, 9);
    resumed.seek(positions[i]);
    for (size_t j = i; j < std::min(i + 3, positions.size()); ++j) {
      BOOST_TEST((resumed.position() == positions[j]));
      const Batch batch = resumed.next();
      BOOST_TEST((Ids(batch.begin(), batch.end()) == batches_of_whole[j]));
    }
  }
}

BOOST_AUTO_TEST_CASE(sentences_may_change_before_each_epoch_but_not_under_its_last_batch) {
  ParallelCorpus corpus = random_corpus(200);
  std::vector<std::uint32_t> epochs;
  const auto before_epoch = [&](std::uint32_t epoch) {
    epochs.push_back(epoch);
    for (TokenId& token : corpus.source.tokens) token = static_cast<TokenId>(epoch);
  };
  Batches batches({&corpus.source, &corpus.target}, max_tokens, 9, before_epoch);
  for (std::uint32_t epoch = 0; epoch < 3; ++epoch) {
    while (batches.position().epoch == epoch) {
      batches.next();
      BOOST_TEST(corpus.source.tokens.front() == static_cast<TokenId>(epoch));
    }
  }
  batches.seek({7, 1});
  BOOST_TEST((epochs == std::vector<std::uint32_t>{0, 1, 2, 7}));
}

BOOST_AUTO_TEST_CASE(a_position_that_does_not_exist_is_refused) {
  const ParallelCorpus corpus = random_corpus(200);
  Batches batches = batches_of(corpus, max_tokens, 1);
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
  Batches one = batches_of(corpus, 2, 1),
          other = batches_of(corpus, 2, (std::uint64_t{1} << 63) | 5);
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
  Batches batches = batches_of(corpus, 2, 1);
  std::map<std::uint32_t, int> n_first;
  for (std::uint32_t epoch = 0; epoch < 3000; ++epoch) {
    batches.seek({epoch, 0});
    ++n_first[batches.next()[0]];
  }
  // 1000 are expected; the standard deviation is 26.
  for (const auto pair : {0u, 1u, 2u}) BOOST_TEST(std::abs(n_first[pair] - 1000) < 130);
}

BOOST_AUTO_TEST_CASE(after_the_first_step_nothing_is_allocated) {
  const ParallelCorpus corpus = random_corpus(3000);
  Batches batches = batches_of(corpus, max_tokens, 1);
  const AllocationCount count = allocations_of([&] {
    while (batches.position().epoch < 5) batches.next();
    batches.seek({7, 3});
  });
  BOOST_TEST(count == AllocationCount{});
}

}  // namespace
}  // namespace transformer::test
