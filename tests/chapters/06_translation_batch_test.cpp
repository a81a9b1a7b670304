#include "chapters/06_decoder/translation_batch.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/support/allocation_counter.hpp"

namespace transformer::test {
namespace {

using Ids = std::vector<TokenId>;

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

/// Pairs of 1 to 9 words; both sides of a pair begin with its number.
ParallelCorpus numbered_pairs(Index n_pairs) {
  ParallelCorpus corpus;
  for (Index pair = 0; pair < n_pairs; ++pair) {
    for (PackedSentences* side : {&corpus.source, &corpus.target}) {
      for (Index i = 0; i <= pair % 9; ++i) side->push(static_cast<TokenId>(pair) + 3);
      side->end_sentence();
    }
  }
  return corpus;
}

BOOST_AUTO_TEST_CASE(source_and_target_of_a_pair_stay_together) {
  const ParallelCorpus corpus = numbered_pairs(300);
  Batches batches = batches_of(corpus, 64, 1);
  TranslationBatch batch;
  for (Index i = 0; i < batches.n_batches(); ++i) {
    fill(batch, corpus, batches.batch(i));
    BOOST_TEST(batch.source.n_sentences() == batch.target_input.n_sentences());
    BOOST_TEST(batch.n_target_tokens() == batch.target_input.n_tokens());
    for (Index s = 0; s < batch.source.n_sentences(); ++s) {
      BOOST_TEST(batch.source.sentence(s)[0] == batch.target_input.sentence(s)[1]);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_batch_with_memory_for_the_largest_takes_no_more) {
  const ParallelCorpus corpus = numbered_pairs(300);
  Batches batches = batches_of(corpus, 64, 1);
  TranslationBatch batch;
  reserve(batch, batches);
  const AllocationCount count = allocations_of([&] {
    while (batches.position().epoch < 3) fill(batch, corpus, batches.next());
  });
  BOOST_TEST(count == AllocationCount{});
}

}  // namespace
}  // namespace transformer::test
