// A language model of characters learns, stops and goes on with what chapter 07 and src/run give.
#include "tests/rooms/character_training.hpp"

#include <signal.h>

#include <map>

#include "tests/support/kernel_cases.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

constexpr std::string_view book =
    "a sentence is a row of words. a word is a row of letters. the model reads one letter after "
    "the other and says which one comes next. at first it says any letter. then it learns that a "
    "space follows a word, that u follows q, and that the letters of the word the are t, h and e. "
    "the loss falls from step to step, quickly at first and slowly later. ";

constexpr ModelConfig config{
    .d_model = 16, .d_ff = 32, .n_heads = 2, .n_layers = 2, .p_drop = 0.1f, .n_positions = 24};

/// The characters, numbered in their order.
std::vector<TokenId> numbered(std::string_view text) {
  std::map<char, TokenId> numbers;
  for (const char character : text) numbers[character];
  TokenId n = 0;
  for (auto& [character, number] : numbers) number = n++;
  std::vector<TokenId> tokens;
  for (const char character : text) tokens.push_back(numbers[character]);
  return tokens;
}

/// The losses of a training's steps. It is asked to stop in step `stop_in`, if it makes it.
std::vector<double> train(const LoopOptions& options, std::int64_t last_step,
                          std::int64_t stop_in = 0) {
  std::vector<double> losses;
  const LoopReport report =
      train_characters(numbered(book), config, options, last_step, [&](const StepReport& step) {
        losses.push_back(step.loss);
        if (step.step == stop_in) raise(SIGTERM);
      });
  BOOST_TEST(report.signal == (stop_in > 0 ? SIGTERM : 0));
  return losses;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(character_training)

BOOST_AUTO_TEST_CASE(the_loss_falls) {
  const TemporaryFolder folder;
  const std::vector<double> losses = train({.run = folder.path()}, 300);
  BOOST_TEST_MESSAGE("loss " << losses.front() << ", then " << losses.back());
  BOOST_TEST(losses.size() == 300u);
  BOOST_TEST(losses.front() > 2.5);
  BOOST_TEST(losses.back() < 1.5);
}

BOOST_AUTO_TEST_CASE(a_run_that_was_stopped_goes_on_to_the_bits_of_one_that_was_not) {
  under_every_instruction_set([] {
    const TemporaryFolder whole, stopped;
    const std::vector<double> expected = train({.run = whole.path()}, 40);
    std::vector<double> losses = train({.run = stopped.path()}, 40, 17);
    BOOST_TEST(losses.size() == 17u);
    const std::vector<double> others = train({.run = stopped.path(), .resume = true}, 40);
    losses.insert(losses.end(), others.begin(), others.end());
    BOOST_TEST(losses == expected, boost::test_tools::per_element());

    // Parameters, moments, settings and the number of the step.
    const std::string checkpoint = bytes_of(whole / "checkpoint.safetensors");
    BOOST_TEST(!checkpoint.empty());
    BOOST_TEST((bytes_of(stopped / "checkpoint.safetensors") == checkpoint));
  });
}

BOOST_AUTO_TEST_SUITE_END()
