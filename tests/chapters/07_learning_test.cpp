#include <algorithm>

#include "chapters/06_decoder/greedy.hpp"
#include "tests/support/kernel_cases.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

const ModelConfig config = {
    .d_model = 64, .d_ff = 64, .n_heads = 4, .n_layers = 1, .p_drop = 0.0f, .n_positions = 16};

/// True where the greedy translation of every source sentence is the target sentence.
bool translates(const Transformer& model, const TranslationBatch& batch) {
  Tape tape(Threads::serial());
  const std::vector<Translation> translations = greedy_decode(model, tape, batch.source);
  for (Index s = 0; s < batch.source.n_sentences(); ++s) {
    // The target without the begin mark.
    const std::span<const TokenId> expected = batch.target_input.sentence(s).subspan(1);
    const Translation& t = translations[static_cast<size_t>(s)];
    if (!t.complete || !std::ranges::equal(t.tokens, expected)) return false;
  }
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(learning)

BOOST_AUTO_TEST_CASE(a_small_model_learns_to_copy_sentences_that_it_has_never_seen) {
  SmallModel small(config);
  Threads threads(1);
  TranslationTrainer trainer(small.model, small.store,
                             {.warmup_steps = 50, .learning_rate_scale = 0.4f}, threads);
  const auto digits = [](std::uint64_t seed, std::uint32_t n_sentences) {
    return copy_batch(seed, {.n_sentences = n_sentences, .shortest = 4, .longest = 8});
  };
  const TranslationBatch unseen = digits(1'000'000, 100);
  BOOST_TEST(!translates(small.model, unseen));
  for (std::uint64_t step = 1; step <= 500; ++step) trainer.step(digits(step, 48));
  BOOST_TEST(translates(small.model, unseen));
}

BOOST_AUTO_TEST_CASE(eight_sentences_are_learned_by_heart) {
  const TranslationBatch batch = random_batch(1, {.n_sentences = 8, .shortest = 3, .longest = 10});
  under_every_instruction_set([&] {
    SmallModel small(config);
    Threads threads(1);
    // Without label smoothing nothing but the parameters keeps the loss above zero.
    TranslationTrainer trainer(
        small.model, small.store,
        {.warmup_steps = 40, .learning_rate_scale = 0.3f, .epsilon_ls = 0.0f}, threads);
    BOOST_TEST(trainer.evaluate(batch) > 2.0);
    for (int step = 1; step <= 300; ++step) trainer.step(batch);
    BOOST_TEST(trainer.evaluate(batch) < 0.01);
    BOOST_TEST(translates(small.model, batch));
  });
}

BOOST_AUTO_TEST_SUITE_END()
