// What a long training brings: validation on the way, checkpoints that are kept, their average,
// batches that are added, and curves of all this.
#include <cmath>
#include <regex>

#include "src/io/checkpoint.hpp"
#include "src/run/metrics_log.hpp"
#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

Arguments validation(const Workplace& work) {
  return {"--valid-source", work.path("corpus.source"), "--valid-target",
          work.path("corpus.target")};
}

/// True where three steps and then the others make the checkpoint of seven at once.
bool resumes_to_the_same_bits(const Workplace& work, const std::string& whole,
                              const std::string& run, const Arguments& flags) {
  const auto trains = [&](const std::string& name, const char* n_updates) {
    const auto result =
        succeeds(translator(work.train(name, Arguments{"--updates", n_updates} + flags)));
    BOOST_TEST(result);
    return static_cast<bool>(result);
  };
  return trains(whole, "7") && trains(run, "3") && trains(run, "7") &&
         work.checkpoint(run) == work.checkpoint(whole);
}

/// Trains with a rate that is highest, 0.01, after 10 steps, and reads those of steps 10, 20, ...
std::vector<double> rates_after(const Workplace& work, const std::string& run,
                                const Arguments& flags) {
  const Arguments schedule = {"--peak-rate", "0.01", "--warmup-steps", "10"};
  BOOST_REQUIRE(succeeds(translator(with(with(work.train(run, {}), schedule), flags))));
  std::vector<double> rates;
  for (const LoggedStep& step : read_metrics(work.run_paths(run).log)) {
    rates.push_back(step.metrics.at("learning_rate"));
  }
  return rates;
}

}  // namespace

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
  BOOST_TEST(has(outcome.out, "no better BLEU in 2 validations: stopping"));
  const std::int64_t end = Checkpoint(work.run_paths("run").checkpoint).integer("step");
  BOOST_TEST(end <= 15);
  BOOST_TEST(Checkpoint(work.run_paths("run").checkpoint).integer("validations-since") == 2);
  // What ended stays as it is, and the best of it can be used.
  const std::string before = work.checkpoint("run");
  const Outcome again = translator(idle);
  BOOST_TEST(has(again.out, "trained already (15 steps, no better BLEU in 2 validations)"),
             again.out);
  BOOST_TEST((work.checkpoint("run") == before));
  const std::string best = work.run_paths("run").best.string();
  BOOST_TEST(has(outcome.out, "2 before the last; translate --run " + best), outcome.out);
  BOOST_TEST(Checkpoint(best).integer("step") == 5);
  BOOST_TEST(has(translator({"inspect", "--run", best}).out, "step: 5\n"));
  BOOST_TEST(succeeds(translator({"translate", "--run", best, "the cat"})));
  BOOST_TEST(gives_up(translator(with(idle, {"--run", best})), ExitCode::cannot_create, {best}));
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

BOOST_AUTO_TEST_CASE(the_last_checkpoints_are_kept_and_their_average_is_a_run) {
  const Workplace work;
  BOOST_REQUIRE(succeeds(translator(
      work.train("run", {"--updates", "50", "--keep-every", "10", "--keep-last", "3"}))));
  const TranslatorPaths run = work.run_paths("run");
  for (const int step : {10, 20}) BOOST_TEST(!std::filesystem::exists(run.kept(step)));
  for (const int step : {30, 40, 50}) BOOST_TEST(std::filesystem::exists(run.kept(step)));

  const Outcome outcome = translator(
      {"average", "--run", work.path("run"), "--into", work.path("average"), "--last", "2"});
  BOOST_REQUIRE(succeeds(outcome));
  BOOST_TEST(has(outcome.out, "the average of 2 checkpoints, steps 40 to 50"));
  const auto values_of = [](const std::filesystem::path& file) {
    const TensorFile tensors(file);
    const auto values = tensors.values<float>("encoder.layer_0.feed_forward.w_1");
    return std::vector<float>(values.begin(), values.end());
  };
  const std::vector<float> at_40 = values_of(run.kept(40)), at_50 = values_of(run.kept(50)),
                           average = values_of(work.run_paths("average").checkpoint);
  BOOST_TEST(at_40 != at_50);
  for (size_t i = 0; i < average.size(); ++i) {
    BOOST_TEST(average[i] == static_cast<float>((double{at_40[i]} + double{at_50[i]}) / 2));
  }
  // It translates, and the run is as it was.
  BOOST_TEST(succeeds(translator(work.translate("average", {"the cat"}))));
  BOOST_TEST(Checkpoint(run.checkpoint).integer("step") == 50);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_averaged_is_said) {
  const Workplace work;
  BOOST_REQUIRE(succeeds(translator(work.train("run"))));
  const auto average = [&](const std::string& into) {
    return translator({"average", "--run", work.path("run"), "--into", into});
  };
  BOOST_TEST(gives_up(average(work.path("other")), ExitCode::no_input,
                      {"0 kept checkpoints; train with --keep-every"}));
  BOOST_TEST(gives_up(average(work.path("run")), ExitCode::usage, {"--into"}));
  // One of another run.
  BOOST_REQUIRE(succeeds(
      translator(work.train("seed 2", {"--updates", "4", "--seed", "2", "--keep-every", "2"}))));
  for (const int step : {2, 4}) {
    std::filesystem::copy_file(work.run_paths("seed 2").kept(step),
                               work.run_paths("run").kept(step));
  }
  BOOST_TEST(gives_up(average(work.path("other")), ExitCode::bad_data,
                      {"checkpoint-2.safetensors", "other settings"}));
}

BOOST_AUTO_TEST_CASE(batches_of_a_step_are_added_and_a_stopped_run_goes_on_to_the_same_bits) {
  const Workplace work;
  const Arguments added = {"--batches-per-step", "3", "--save-every", "1"};
  BOOST_REQUIRE(resumes_to_the_same_bits(work, "whole", "run", added));
  BOOST_REQUIRE(succeeds(translator(work.train("single", {"--updates", "7"}))));
  BOOST_TEST((work.checkpoint("single") != work.checkpoint("whole")));
}

BOOST_AUTO_TEST_CASE(two_passes_that_must_agree_are_another_training_that_resumes) {
  const Workplace work;
  const Arguments r_drop = {"--r-drop", "5", "--r-drop-after", "2"};
  BOOST_REQUIRE(resumes_to_the_same_bits(work, "whole", "run", r_drop));
  BOOST_TEST(gives_up(translator(work.train("run", {"--updates", "9"})), ExitCode::usage,
                      {"r-drop was 5, now 0"}));
}

BOOST_AUTO_TEST_CASE(pieces_are_learned_kept_in_the_checkpoint_and_become_text_again) {
  const Workplace work;
  for (const std::string kind : {"bpe", "unigram"}) {
    const Arguments learn = {"--tokens", kind, "--vocabulary-size", "40", "--sample-pieces", "0.1"};
    const std::string whole = "whole " + kind, run = "run " + kind;
    BOOST_REQUIRE(resumes_to_the_same_bits(work, whole, run, learn));
    std::filesystem::remove(work.run_paths(run).vocabulary);
    const Outcome outcome = translator(work.translate(run, {"the cat sees a red house"}));
    BOOST_TEST(succeeds(outcome));
    BOOST_TEST(outcome.err == "");
    BOOST_TEST(outcome.out.find("\u2581") == std::string::npos, outcome.out);
    BOOST_TEST(succeeds(translator(work.evaluate(run))));
  }
  BOOST_TEST(gives_up(
      translator(work.train("run bpe",
                            {"--updates", "9", "--tokens", "unigram", "--vocabulary-size", "40"})),
      ExitCode::usage, {"sample-pieces was 0.1, now 0", "tokens was bpe, now unigram"}));
  BOOST_TEST(gives_up(translator(work.train("other", {"--updates", "9", "--sample-pieces", "0.1"})),
                      ExitCode::usage, {"--sample-pieces needs --tokens bpe or unigram"}));
}

BOOST_AUTO_TEST_CASE(a_peak_rate_is_reached_at_the_end_of_the_warm_up) {
  const Workplace work;
  const std::vector<double> rates = rates_after(work, "run", {"--updates", "40"});
  BOOST_REQUIRE(rates.size() == 4u);
  BOOST_TEST(rates[0] == 0.01, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(rates[3] == 0.005, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(over_the_last_steps_the_rate_falls_to_nearly_nothing) {
  const Workplace work;
  const auto near = boost::test_tools::tolerance(1e-6);
  const std::vector<double> cooled =
      rates_after(work, "run", {"--updates", "40", "--cool-down", "20"});
  BOOST_REQUIRE(cooled.size() == 4u);
  BOOST_TEST(cooled[1] == 0.01 / std::sqrt(2.0), near);
  BOOST_TEST(cooled[2] == 0.01 / std::sqrt(3.0) * 11 / 20, near);
  BOOST_TEST(cooled[3] == 0.005 / 20, near);
  BOOST_TEST_CONTEXT("a run without an end is led to one, at half the rate") {
    const Arguments halved = {"--learning-rate-scale", "0.5"};
    rates_after(work, "long", halved + Arguments{"--updates", "20"});
    const std::vector<double> rates =
        rates_after(work, "long", halved + Arguments{"--updates", "40", "--cool-down", "20"});
    BOOST_REQUIRE(rates.size() == 4u);
    for (size_t i = 1; i < 4; ++i) BOOST_TEST(2 * rates[i] == cooled[i], near);
  }
}

BOOST_AUTO_TEST_CASE(a_log_becomes_curves) {
  const Workplace work;
  BOOST_REQUIRE(succeeds(translator(
      work.train("run", {"--updates", "40", "--validate-every", "10"}) + validation(work))));
  const Outcome outcome = translator({"curves", "--run", work.path("run")});
  BOOST_REQUIRE(succeeds(outcome));
  for (const std::string name : {"loss.svg", "bleu.svg", "rate.svg"}) {
    BOOST_TEST(has(outcome.out, name));
    BOOST_TEST(has(bytes_of(work.folder / ("run/" + name)), "<svg"));
  }
  BOOST_TEST(gives_up(translator({"curves", "--run", work.path("none")}), ExitCode::no_input,
                      {"log.jsonl"}));
  const std::string one = "{\"step\":3,\"loss\":5.9}\n";
  for (const std::string& log : {one, one + "{\"step\":3,\"validation_loss\":5.8}\n"}) {
    work.folder.write("run/log.jsonl", log);
    BOOST_TEST(gives_up(translator({"curves", "--run", work.path("run")}), ExitCode::no_input,
                        {"log.jsonl", "a curve needs two lines, there are 1"}));
  }
}

BOOST_AUTO_TEST_CASE(a_preset_sets_what_other_flags_then_change) {
  const Workplace work;
  const Outcome outcome = translator(
      Arguments{"train", "--run", work.path("run")} + work.files +
      Arguments{"--n-layers", "1", "--updates", "1", "--threads", "1", "--preset", "tiny"});
  BOOST_REQUIRE(succeeds(outcome));
  const Checkpoint checkpoint(work.run_paths("run").checkpoint);
  BOOST_TEST(checkpoint.integer("d-model") == 128);
  BOOST_TEST(checkpoint.integer("n-layers") == 1);
  BOOST_TEST(checkpoint.integer("batch-tokens") == 8192);
  BOOST_TEST(checkpoint.text("peak-rate") == "0.005");
  BOOST_TEST(gives_up(translator({"train", "--preset", "huge"}), ExitCode::usage, {"huge"}));
}

BOOST_AUTO_TEST_CASE(a_run_says_what_it_is) {
  const Workplace work;
  BOOST_REQUIRE(succeeds(translator(work.train("run", {"--updates", "40"}))));
  MetricsLog(work.run_paths("run").log, 40).append(40, {{"seconds", 90.0}});
  const Outcome outcome = translator({"inspect", "--run", work.path("run")});
  BOOST_REQUIRE(succeeds(outcome));
  for (const std::string part :
       {"d-model: 8\n", "step: 40\n", "tokens in the vocabulary: ", "of them encoder ",
        "\nstep 40: gradient_norm ", "\nminutes of training: 1.5\n"}) {
    BOOST_TEST(has(outcome.out, part), part << " in " << outcome.out);
  }
}

BOOST_AUTO_TEST_CASE(one_file_of_pairs_is_cut_and_trained_on) {
  const TemporaryFolder folder;
  std::string pairs;
  for (int i = 0; i < 60; ++i) {
    const std::string n = std::to_string(i);
    pairs += "see " + n + "\tvoir " + n + "\tCC-BY\n";
  }
  const Arguments command = Arguments{"train",
                                      "--pairs",
                                      folder.write("pairs.tsv", pairs).string(),
                                      "--updates",
                                      "4",
                                      "--run",
                                      (folder / "run").string()} +
                            Workplace::tiny_model();
  const Outcome outcome = translator(command);
  BOOST_REQUIRE(succeeds(outcome));
  BOOST_TEST(has(outcome.out, "pairs: 54 to train on, 3 to validate, 3 held out; of 60 lines"));
  BOOST_TEST(has(last_line_of(outcome.out), "of 3"));
  // The same command goes on with it.
  BOOST_TEST(has(translator(command).out, "trained already"));
  // Another file is refused and changes nothing.
  const std::filesystem::path cut = folder / "run/pairs/train.source";
  const std::string before = bytes_of(cut);
  BOOST_TEST(lines_of(before).size() == 54u);
  folder.write("pairs.tsv", pairs + "more\tplus\n");
  BOOST_TEST(gives_up(translator(command), ExitCode::usage, {"another corpus"}));
  BOOST_TEST(bytes_of(cut) == before);
  folder.write("pairs.tsv", "one\tun\n");
  BOOST_TEST(gives_up(translator(command), ExitCode::bad_data, {"1 different sources"}));
  BOOST_TEST(bytes_of(cut) == before);
  BOOST_TEST(gives_up(translator({"train", "--pairs", "p", "--source", "s", "--target", "t"}),
                      ExitCode::usage, {"--pairs", "--source"}));
  BOOST_TEST(gives_up(translator({"train", "--pairs", "p"}), ExitCode::usage, {"--run"}));
}

BOOST_AUTO_TEST_CASE(text_in_pieces_is_written_and_scored_in_words) {
  const TemporaryFolder folder;
  const std::string source = folder.write("s", "the ca@@ t\na do@@ g\nthe do@@ g\n").string();
  const std::string target = folder.write("t", "le ch@@ at\nun ch@@ ien\nle ch@@ ien\n").string();
  const std::string run = (folder / "run").string();
  BOOST_REQUIRE(succeeds(translator(
      Arguments{"train", "--run", run, "--source", source, "--target", target, "--tokens", "pieces",
                "--updates", "150", "--learning-rate-scale", "0.3"} +
      with(Workplace::tiny_model(), {"--p-drop", "0", "--d-model", "32"}))));
  const Outcome outcome = translator({"translate", "--run", run, "the do@@ g"});
  BOOST_TEST(outcome.out == "le chien\n");
  BOOST_TEST(translator({"translate", "--run", run, "--pieces", "the do@@ g"}).out ==
             "le ch@@ ien\n");
  const Outcome scored =
      translator({"evaluate", "--run", run, "--source", source, "--target", target});
  BOOST_TEST(has(scored.out, "exact match 100.0 % of 3"));
}
