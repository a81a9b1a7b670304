#include "tests/support/allocation_counter.hpp"
#include "tests/support/kernel_cases.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

// Large enough for products that are packed, and for every kernel to run on several threads.
const ModelConfig config = {
    .d_model = 64, .d_ff = 256, .n_heads = 4, .n_layers = 2, .p_drop = 0.1f, .n_positions = 64};

}  // namespace

BOOST_AUTO_TEST_SUITE(allocations)

BOOST_AUTO_TEST_CASE(from_the_second_step_on_nothing_is_allocated) {
  // The first step is a small one; the largest comes in the middle.
  std::vector<TranslationBatch> batches;
  for (const std::uint32_t n_sentences : {3, 12, 60, 1, 30}) {
    batches.push_back(random_batch(n_sentences, {.n_sentences = n_sentences, .longest = 30}));
  }
  under_every_instruction_set([&] {
    for (const int n_threads : {1, 2}) {
      SmallModel small(config);
      Threads threads(n_threads);
      TranslationTrainer trainer(small.model, small.store, {}, threads);
      trainer.step(batches.front());
      for (const TranslationBatch& batch : batches) {
        const AllocationCount count = allocations_of([&] { trainer.step(batch); });
        BOOST_TEST(count == AllocationCount{}, count << " in a step on "
                                                     << batch.target_input.n_tokens()
                                                     << " tokens with " << n_threads << " threads");
      }
      const AllocationCount count = allocations_of([&] { trainer.evaluate(batches[2]); });
      BOOST_TEST(count == AllocationCount{}, count << " in an evaluation");
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
