// Validation on the way: what is best, and when to stop.
#include <algorithm>
#include <regex>

#include "src/io/checkpoint.hpp"
#include "src/run/metrics_log.hpp"
#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

BOOST_AUTO_TEST_CASE(it_is_validated_on_the_way_and_the_best_is_kept) {
  const Workplace work;
  const Outcome outcome = translator(
      with(work.train("run", {"--updates", "60", "--validate-every", "20"}) + validation(work),
           {"--d-model", "32", "--learning-rate-scale", "0.5"}));
  BOOST_REQUIRE(succeeds(outcome));
  const std::regex line(R"(step (\d+): validation loss \d+\.\d{4}, BLEU (\d+\.\d\d); \S.* -> .*)");
  std::vector<std::string> steps;
  for (const std::string& each : lines_of(outcome.out)) {
    std::smatch match;
    if (std::regex_match(each, match, line)) steps.push_back(match[1]);
  }
  BOOST_TEST(steps == (std::vector<std::string>{"20", "40", "60"}),
             boost::test_tools::per_element());

  double best = -1;
  Index best_step = 0, n_validations = 0;
  for (const LoggedStep& logged : read_metrics(work.run_paths("run").log)) {
    if (!logged.metrics.contains("validation_bleu")) continue;
    ++n_validations;
    if (logged.metrics.at("validation_bleu") > best) {
      best = logged.metrics.at("validation_bleu");
      best_step = logged.step;
    }
  }
  BOOST_TEST(n_validations == 3);
  BOOST_TEST(Checkpoint(work.run_paths("run").best).integer("step") == best_step);
}

BOOST_AUTO_TEST_CASE(the_best_is_the_best_of_all_however_they_change) {
  const Workplace work;
  // A rate that is too high: it gets better and worse by turns.
  BOOST_REQUIRE(succeeds(translator(
      with(work.train("run", {"--updates", "60", "--validate-every", "2"}) + validation(work),
           {"--d-model", "32", "--learning-rate-scale", "3"}))));
  const auto smaller = [](const auto& a, const auto& b) {
    return std::pair(a.metrics.at("validation_bleu"), -a.metrics.at("validation_loss")) <
           std::pair(b.metrics.at("validation_bleu"), -b.metrics.at("validation_loss"));
  };
  std::vector<LoggedStep> validations = read_metrics(work.run_paths("run").log);
  std::erase_if(validations, [](const LoggedStep& logged) {
    return !logged.metrics.contains("validation_bleu");
  });
  const auto best = std::max_element(validations.begin(), validations.end(), smaller);
  BOOST_TEST(Checkpoint(work.run_paths("run").best).integer("step") == best->step);
  BOOST_TEST(Checkpoint(work.run_paths("run").checkpoint).integer("validations-since") ==
             validations.end() - best - 1);
}

BOOST_AUTO_TEST_CASE(it_stops_where_validation_gets_no_better_and_after_a_stop_it_still_knows) {
  const Workplace work;
  // A rate of nothing: the first validation is the best, the next two are no better.
  const Arguments idle = with(work.train("run", {"--updates", "100", "--validate-every", "5",
                                                 "--patience", "2", "--save-every", "1"}) +
                                  validation(work),
                              {"--learning-rate-scale", "1e-9"});
  const Outcome outcome = translator(idle);
  BOOST_REQUIRE(succeeds(outcome));
  BOOST_TEST(has(outcome.out, "no better BLEU or loss in 2 validations: stopping"));
  const std::int64_t end = Checkpoint(work.run_paths("run").checkpoint).integer("step");
  BOOST_TEST(end <= 15);
  BOOST_TEST(Checkpoint(work.run_paths("run").checkpoint).integer("validations-since") == 2);
  // What ended stays as it is, and the best of it can be used.
  const std::string before = work.checkpoint("run");
  const Outcome again = translator(idle);
  BOOST_TEST(has(again.out, "trained already (15 steps, no better BLEU or loss in 2 validations)"),
             again.out);
  BOOST_TEST((work.checkpoint("run") == before));
  const std::string best = work.run_paths("run").best.string();
  BOOST_TEST(has(outcome.out, "2 before the last; translate --run " + best), outcome.out);
  BOOST_TEST(Checkpoint(best).integer("step") == 5);
  BOOST_TEST(has(translator({"inspect", "--run", best}).out, "step: 5\n"));
  for (const std::string& ended : {work.path("run"), best}) {
    const Outcome translated = translator({"translate", "--run", ended, "the cat"});
    BOOST_TEST(succeeds(translated));
    BOOST_TEST(!has(translated.err, "so far"), translated.err);
  }
  BOOST_TEST(gives_up(translator(with(idle, {"--run", best})), ExitCode::cannot_create, {best}));
}

BOOST_AUTO_TEST_CASE(the_best_and_the_kept_ones_of_a_training_that_was_done_are_done) {
  const Workplace work;
  BOOST_REQUIRE(succeeds(translator(
      work.train("run", {"--updates", "6", "--validate-every", "3", "--keep-every", "3"}) +
      validation(work))));
  for (const std::string name : {"best.safetensors", "checkpoint-3.safetensors"}) {
    const Outcome outcome = translator({"translate", "--run", work.path("run/" + name), "the cat"});
    BOOST_TEST(succeeds(outcome));
    BOOST_TEST(!has(outcome.err, "so far"), outcome.err);
  }
  // They are named where one stands, too.
  const std::string command = "cd '" + work.path("run") +
                              "' && '" TRANSLATOR
                              "' average --run checkpoint.safetensors --into ../average --last 2";
  BOOST_TEST(succeeds(run("/bin/sh", {.arguments = {"-c", command}})));
}

BOOST_AUTO_TEST_CASE(numbers_that_are_none_end_a_training) {
  const Workplace work;
  const Outcome outcome = translator(
      with(work.train("run", {"--updates", "9", "--validate-every", "1"}) + validation(work),
           {"--warmup-steps", "1", "--peak-rate", "1", "--learning-rate-scale", "1e9"}));
  BOOST_TEST(outcome.exit_code == static_cast<int>(ExitCode::diverged));
  BOOST_TEST(has(last_line_of(outcome.err), "the validation loss of step 1 is not finite"),
             outcome.err);
}

BOOST_AUTO_TEST_CASE(while_the_loss_falls_a_training_goes_on) {
  const Workplace work;
  const Outcome outcome = translator(
      with(work.train("run", {"--updates", "60", "--validate-every", "2", "--patience", "1"}) +
               validation(work),
           {"--warmup-steps", "100", "--p-drop", "0"}));
  BOOST_REQUIRE(succeeds(outcome));
  double best_bleu = -1, least_loss = 1e9;
  int n_idle = 0, n_saved_by_loss = 0;
  for (const LoggedStep& logged : read_metrics(work.run_paths("run").log)) {
    if (!logged.metrics.contains("validation_bleu")) continue;
    BOOST_TEST(n_idle == 0);  // it would have stopped there
    const double bleu = logged.metrics.at("validation_bleu"),
                 loss = logged.metrics.at("validation_loss");
    if (bleu < best_bleu && loss < least_loss) ++n_saved_by_loss;
    n_idle = bleu <= best_bleu && loss >= least_loss ? 1 : 0;
    best_bleu = std::max(best_bleu, bleu), least_loss = std::min(least_loss, loss);
  }
  BOOST_TEST(n_saved_by_loss > 0);
  BOOST_TEST(has(outcome.out, "stopping") == (n_idle == 1));
  BOOST_TEST(last_line_of(outcome.out).starts_with("best validation: BLEU "));
  BOOST_TEST(has(last_line_of(outcome.out), " (nrefs:1|case:mixed|"));
}

BOOST_AUTO_TEST_CASE(where_bleu_says_nothing_the_smaller_loss_is_better) {
  const Workplace work;
  // One word a sentence: no run of four, so BLEU is 0 throughout.
  std::string words;
  for (int i = 0; i < 60; ++i) words += fmt::format("WORD{}\n", i);
  const std::string file = work.folder.write("words", words).string();
  const Arguments learning =
      with(work.train("run", {"--updates", "40", "--validate-every", "10", "--patience", "2",
                              "--valid-source", file, "--valid-target", file}),
           {"--target", file, "--source", file, "--learning-rate-scale", "2"});
  const Outcome outcome = translator(learning);
  BOOST_REQUIRE(succeeds(outcome));
  BOOST_TEST(has(outcome.out, "step 40: validation loss"), outcome.out);
  BOOST_TEST(has(outcome.out, "BLEU 0.00"), outcome.out);
  double smallest = 100;
  Index step = 0;
  for (const LoggedStep& logged : read_metrics(work.run_paths("run").log)) {
    if (!logged.metrics.contains("validation_loss")) continue;
    if (logged.metrics.at("validation_loss") >= smallest) continue;
    smallest = logged.metrics.at("validation_loss"), step = logged.step;
  }
  BOOST_TEST(step > 10);
  const Checkpoint best(work.run_paths("run").best);
  BOOST_TEST(best.integer("step") == step);
  BOOST_TEST(best.number<double>("best-loss", 0, 100) == smallest);
}

BOOST_AUTO_TEST_CASE(another_validation_text_begins_a_new_best) {
  const Workplace work;
  const auto validating = [&](const std::string& updates, const std::string& text) {
    const std::string file = work.folder.write("valid", text).string();
    return translator(work.train("run", {"--updates", updates, "--validate-every", "2",
                                         "--valid-source", file, "--valid-target", file}));
  };
  BOOST_REQUIRE(succeeds(validating("4", "the cat\n")));
  BOOST_TEST(!has(validating("6", "the cat\n").err, "another validation text"));
  const Outcome other = validating("8", "the dog\n");
  BOOST_TEST(has(other.err, "another validation text than before: the best BLEU on that"),
             other.err);
  BOOST_TEST(Checkpoint(work.run_paths("run").best).integer("step") == 8);
}

BOOST_AUTO_TEST_CASE(a_perfect_validation_is_no_obstacle) {
  const Workplace work;
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += "a b c d\n";
  const std::string file = work.folder.write("lines", lines).string();
  const auto training = [&](const std::string& updates) {
    return translator(
        with(work.train("run", {"--updates", updates, "--validate-every", "20", "--valid-source",
                                file, "--valid-target", file, "--peak-rate", "0.005"}),
             {"--source", file, "--target", file, "--p-drop", "0", "--d-model", "32",
              "--warmup-steps", "20"}));
  };
  const Outcome first = training("300");
  BOOST_TEST_REQUIRE(has(first.out, "BLEU 100.00"), first.out);
  BOOST_TEST(succeeds(training("320")));
}
