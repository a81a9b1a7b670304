#include "tests/support/kernel_cases.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

// Wide enough for products, rows and heads to be split between threads in several ways.
const ModelConfig config = {
    .d_model = 64, .d_ff = 160, .n_heads = 4, .n_layers = 2, .p_drop = 0.1f, .n_positions = 64};
const TranslationTraining training = {.seed = 5, .warmup_steps = 10, .clip_norm = 0.5f};
constexpr int n_steps = 20;

/// What `n_steps` steps make of a new model, and the last loss.
std::pair<std::vector<std::uint32_t>, double> train(int n_threads) {
  SmallModel small(config);
  Threads threads(n_threads);
  TranslationTrainer trainer(small.model, small.store, training, threads);
  double loss = 0.0;
  for (int step = 1; step <= n_steps; ++step) {
    // From two short sentences to two hundred tokens.
    const auto size = static_cast<std::uint32_t>(2 + 6 * (step % 4));
    loss = trainer.step(random_batch(step, {.n_sentences = size, .longest = 4 + size})).loss;
  }
  return {bits_of(small.store), loss};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(same_bits_)

BOOST_AUTO_TEST_CASE(parameters_and_moments_do_not_depend_on_the_number_of_threads) {
  under_every_instruction_set([&] {
    const auto one = train(1);
    BOOST_TEST(one.second > 0.0);
    for (const int n_threads : {2, 3}) {
      BOOST_TEST_CONTEXT(n_threads << " threads") {
        const auto several = train(n_threads);
        BOOST_TEST(several.second == one.second);
        BOOST_TEST((several.first == one.first));
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(the_same_run_twice_gives_the_same_bits) {
  BOOST_TEST((train(2).first == train(2).first));
}

BOOST_AUTO_TEST_SUITE_END()
