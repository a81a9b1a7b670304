// What a long training brings: checkpoints that are kept, their average, batches that are added,
// and curves of all this.
#include <cmath>
#include <regex>

#include "src/io/checkpoint.hpp"
#include "src/run/metrics_log.hpp"
#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

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
  // It translates, no training goes on from it, and the run is as it was.
  BOOST_TEST(succeeds(translator(work.translate("average", {"the cat"}))));
  BOOST_TEST(gives_up(translator(work.train("average", {"--updates", "60", "--keep-every", "10"})),
                      ExitCode::usage, {"average: is an average"}));
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
