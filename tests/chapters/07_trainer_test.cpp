#include "chapters/07_training_loop/trainer.hpp"

#include <cmath>
#include <limits>

#include "tests/support/on_tape.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

const TranslationTraining config = {.seed = 11, .warmup_steps = 10, .clip_norm = 1.0f};

/// A model and what trains it.
struct Training : SmallModel {
  Threads threads{2};
  TranslationTrainer trainer{model, store, config, threads};

  std::vector<std::uint32_t> bits() { return bits_of(store); }

  float& one_number() { return store.at("encoder.layer_0.norm_1.gain").value()(0, 3); }
};

TranslationBatch batch_of_step(std::int64_t step) {
  return random_batch(static_cast<std::uint64_t>(step), {.n_sentences = 4});
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(trainer_, Training)

BOOST_AUTO_TEST_CASE(a_step_reports_what_it_did) {
  const TranslationBatch batch = batch_of_step(1);
  const auto before = bits();
  const StepReport report = trainer.step(batch);
  BOOST_TEST(report.step == 1);
  BOOST_TEST(report.update.applied);
  BOOST_TEST(report.update.learning_rate == paper_learning_rate(1, 16, 10));
  BOOST_TEST(report.update.gradient_norm > 0.0);
  BOOST_TEST(report.loss > 1.0);
  BOOST_TEST(trainer.n_steps() == 1);
  BOOST_TEST((bits() != before));
}

BOOST_AUTO_TEST_CASE(the_loss_of_a_step_is_that_of_the_formulas_with_the_dropout_of_the_step) {
  for (std::int64_t step = 1; step <= 3; ++step) {
    const TranslationBatch batch = batch_of_step(step);
    const auto logits =
        logits_by_formula(store, values_of(store), small_config(), batch.source, batch.target_input,
                          {config.seed, static_cast<std::uint32_t>(step), 0});
    const double expected =
        formula::mean_cross_entropy(logits, batch.target_output, config.epsilon_ls);
    BOOST_TEST(std::abs(trainer.step(batch).loss - expected) < 1e-5);
  }
}

BOOST_AUTO_TEST_CASE(evaluation_neither_drops_nor_smooths_nor_changes_anything) {
  const TranslationBatch batch = batch_of_step(1);
  trainer.step(batch);
  const auto before = bits();
  const auto logits = logits_by_formula(store, values_of(store), small_config(0.0f), batch.source,
                                        batch.target_input);
  const double expected = formula::mean_cross_entropy(logits, batch.target_output, 0.0f);
  BOOST_TEST(std::abs(trainer.evaluate(batch) - expected) < 1e-5);
  BOOST_TEST((bits() == before));
  BOOST_TEST(trainer.n_steps() == 1);
}

// ---- Going on elsewhere -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_step_repeated_in_a_fresh_model_gives_the_same_bits) {
  under_every_instruction_set([&] {
    for (int i = 0; i < 3; ++i) trainer.step(batch_of_step(trainer.n_steps() + 1));

    // What a checkpoint holds: parameters, moments, the number of steps. Another seed starts the
    // fresh model, so that nothing is there by chance.
    SmallModel fresh(small_config(), 99);
    const auto copy = [](std::span<float> from, std::span<float> to) {
      BOOST_REQUIRE(from.size() == to.size());
      std::copy(from.begin(), from.end(), to.begin());
    };
    copy(store.values(), fresh.store.values());
    copy(store.first_moments(), fresh.store.first_moments());
    copy(store.second_moments(), fresh.store.second_moments());
    Threads other_threads(1);
    TranslationTrainer other(fresh.model, fresh.store, config, other_threads);
    other.set_n_steps(trainer.n_steps());

    for (int i = 0; i < 3; ++i) {
      const TranslationBatch batch = batch_of_step(trainer.n_steps() + 1);
      BOOST_TEST(other.step(batch).loss == trainer.step(batch).loss);
    }
    BOOST_TEST((bits_of(fresh.store) == bits()));
  });
}

// ---- A batch in parts ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_gradient_of_two_parts_is_that_of_the_whole) {
  // Without dropout: each part draws random numbers of its own.
  SmallModel whole(small_config(0.0f)), parts(small_config(0.0f));
  const TranslationBatch batches[] = {batch_of_step(1), batch_of_step(2)};
  TranslationBatch both;
  for (const TranslationBatch& batch : batches) {
    for (Index s = 0; s < batch.source.n_sentences(); ++s) {
      const auto source = batch.source.sentence(s), target = batch.target_input.sentence(s);
      append_pair(source.first(source.size() - 1), target.subspan(1), both);
    }
  }
  const auto n = static_cast<double>(both.n_target_tokens());
  const double shares[] = {static_cast<double>(batches[0].n_target_tokens()) / n,
                           static_cast<double>(batches[1].n_target_tokens()) / n};
  TranslationTrainer of_whole(whole.model, whole.store, config, threads);
  TranslationTrainer of_parts(parts.model, parts.store, config, threads);
  const double expected = of_whole.step(both).loss;
  const StepReport report =
      static_cast<Trainer&>(of_parts).step(shares, [&](Tape& tape, Index shard) {
        return translation_loss(parts.model, tape, batches[shard], config.epsilon_ls);
      });
  BOOST_TEST(std::abs(report.loss - expected) < 1e-5);
  BOOST_TEST(close(parts.store.gradients(), whole.store.gradients(), 1e-5));
}

BOOST_AUTO_TEST_CASE(each_part_draws_random_numbers_of_its_own) {
  const TranslationBatch batch = batch_of_step(1);
  std::vector<float> losses;
  const double shares[] = {0.5, 0.5};
  static_cast<Trainer&>(trainer).step(shares, [&](Tape& tape, Index) {
    const Variable loss = translation_loss(model, tape, batch, config.epsilon_ls);
    losses.push_back(loss.value()(0, 0));
    return loss;
  });
  BOOST_TEST(losses[0] != losses[1]);
}

// ---- Gradients that are not finite --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_bad_step_changes_nothing_but_counts) {
  trainer.step(batch_of_step(1));
  const float kept = one_number();
  one_number() = std::numeric_limits<float>::infinity();
  const auto before = bits();
  const StepReport report = trainer.step(batch_of_step(2));
  BOOST_TEST(!report.update.applied);
  BOOST_TEST(report.step == 2);
  BOOST_TEST((bits() == before));

  one_number() = kept;
  BOOST_TEST(trainer.step(batch_of_step(3)).update.applied);
}

BOOST_AUTO_TEST_CASE(ten_bad_steps_in_a_row_are_an_error_and_nine_are_not) {
  const float kept = one_number();
  const auto bad_steps = [&](int n) {
    one_number() = std::numeric_limits<float>::quiet_NaN();
    for (int i = 0; i < n; ++i) trainer.step(batch_of_step(1));
  };
  bad_steps(9);
  one_number() = kept;
  trainer.step(batch_of_step(1));  // a good step: the count starts anew
  bad_steps(9);
  BOOST_TEST(fails(ExitCode::diverged,
                   "training diverged: the gradient was not finite in the last 10 steps, up to "
                   "step 20; train anew with a smaller",
                   [&] { bad_steps(1); }));
}

// ---- Batches that make no sense -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(sources_and_targets_must_be_as_many) {
  TranslationBatch batch = batch_of_step(1);
  batch.source = random_sentences(1, {.n_sentences = 3});
  BOOST_TEST(
      fails(ExitCode::internal, "4 sentences of queries, 3 of keys", [&] { trainer.step(batch); }));
}

BOOST_AUTO_TEST_CASE(target_input_and_output_must_be_as_long) {
  TranslationBatch batch = batch_of_step(1);
  batch.target_output.pop_back();
  BOOST_TEST(fails(ExitCode::internal, "cross_entropy: ", [&] { trainer.step(batch); }));
}

BOOST_AUTO_TEST_SUITE_END()
