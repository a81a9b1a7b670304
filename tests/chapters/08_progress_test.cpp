// What a training run shows while it goes on, to people and to files; and that neither the language
// of the terminal nor its lack changes anything.
#include <regex>

#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

const Arguments some_steps = {"--updates", "20"};

/// A line of progress: step of all steps, loss, speed, time left.
const std::string step_20 = R"(step 20/20  loss \d+\.\d{3}  \d+ tokens/s  ETA \d+:\d\d)";

/// Two locales that write 0,5 and group thousands, where the system has them.
std::vector<std::string> other_locales() {
  std::vector<std::string> names = {"C"};
  for (const std::string name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "hi_IN.UTF-8"}) {
    if (setlocale(LC_ALL, name.c_str()) != nullptr) names.push_back(name);
  }
  setlocale(LC_ALL, "C");
  return names;
}

/// What does not depend on the machine's speed.
std::string without_speed(const std::string& text) {
  return std::regex_replace(text,
                            std::regex(R"(\d+ tokens/s|ETA \S+|[\d.]+ s, \d+ target|run \S+)"), "");
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_file_gets_plain_lines, Workplace) {
  const Outcome outcome = translator(train("run", some_steps));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(outcome.err.find('\r') == std::string::npos);
  BOOST_TEST(outcome.err.find('\033') == std::string::npos);
  const std::vector<std::string> lines = lines_of(outcome.err);
  BOOST_REQUIRE(lines.size() >= 2u);
  BOOST_TEST(lines.front().starts_with("step  1/20  loss "), lines.front());
  BOOST_TEST(std::regex_match(lines.back(), std::regex(step_20)), lines.back());
}

BOOST_FIXTURE_TEST_CASE(epochs_end_with_the_step_that_was_foreseen, Workplace) {
  const Outcome outcome = translator(train("run", {"--epochs", "3"}));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(std::regex_search(outcome.out, std::regex("training: 3 epochs, about \\d+ steps")),
             outcome.out);
  const std::string last = last_line_of(outcome.err);
  BOOST_TEST(std::regex_match(last, std::regex(R"(step (\d+)/\1  loss .* ETA 0:00)")), last);
}

BOOST_FIXTURE_TEST_CASE(batches_that_share_a_step_are_one_step, Workplace) {
  // Three batches an epoch, two a step.
  const Arguments three = {"--epochs", "3", "--batches-per-step", "2"};
  const Outcome outcome = translator(with(train("run", three), {"--warmup-steps", "6"}));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(has(outcome.out, "training: 3 epochs, about 5 steps"), outcome.out);
  BOOST_TEST(has(outcome.err, "5 steps are fewer than the 6 of the warm-up"), outcome.err);
  BOOST_TEST(has(last_line_of(outcome.err), "step 5/5"), outcome.err);
}

BOOST_FIXTURE_TEST_CASE(a_terminal_gets_a_line_that_is_written_over, Workplace) {
  if (!has_terminals()) {
    BOOST_TEST_MESSAGE("skipped: no pseudo-terminals here");
    return;
  }
  const Outcome outcome = translator({.arguments = train("run", some_steps),
                                      .environment = {{"TERM", "xterm"}},
                                      .err = Stream::terminal});
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(outcome.err.starts_with("\r\033[K["), outcome.err);
  // One line in all: the first step and the last are shown, others as time goes by.
  BOOST_TEST(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  const std::string last = outcome.err.substr(outcome.err.rfind("\033[K") + 3);
  BOOST_TEST(std::regex_match(last, std::regex(R"(\[={20}\] )" + step_20 + "\r\n")), last);
}

BOOST_FIXTURE_TEST_CASE(a_terminal_that_cannot_go_back_gets_plain_lines, Workplace) {
  if (!has_terminals()) {
    BOOST_TEST_MESSAGE("skipped: no pseudo-terminals here");
    return;
  }
  const Outcome outcome = translator({.arguments = train("run", some_steps),
                                      .environment = {{"TERM", "dumb"}},
                                      .err = Stream::terminal});
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(outcome.err.starts_with("step  1/20"), outcome.err);
  BOOST_TEST(outcome.err.find('\033') == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_resumed_run_counts_on, Workplace) {
  BOOST_TEST(succeeds(translator(train("run", {"--updates", "12"}))));
  const Outcome outcome = translator(train("run", some_steps));
  BOOST_TEST(outcome.out.find("going on after step 12") != std::string::npos);
  BOOST_TEST(outcome.err.starts_with("step 13/20"), outcome.err);
}

BOOST_FIXTURE_TEST_CASE(the_log_has_every_tenth_step_and_the_last, Workplace) {
  BOOST_TEST(succeeds(translator(train("run", {"--updates", "25"}))));
  const std::vector<std::string> lines = lines_of(bytes_of(run_paths("run").log));
  BOOST_REQUIRE(lines.size() == 3u);
  const char* steps[] = {"10", "20", "25"};
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::regex line(
        R"(\{"step":)" + std::string(steps[i]) +
        R"(,"loss":\d+\.\d+,"learning_rate":[\d.e-]+,)"
        R"("gradient_norm":[\d.e-]+,"tokens_per_second":[\d.e+]+,"seconds":[\d.e-]+\})");
    BOOST_TEST(std::regex_match(lines[i], line), lines[i]);
  }
}

BOOST_FIXTURE_TEST_CASE(the_language_of_the_terminal_changes_nothing, Workplace) {
  const auto train_in = [&](const std::string& locale, const std::string& run) {
    const Arguments flags = {"--updates",         "20",
                             "--label-smoothing", "0.15",
                             "--test-source",     path("corpus.source"),
                             "--test-target",     path("corpus.target")};
    return translator({.arguments = train(run, flags), .environment = {{"LC_ALL", locale}}});
  };
  const Outcome expected = train_in("C", "run C");
  BOOST_TEST(succeeds(expected));
  for (const std::string& locale : other_locales()) {
    const std::string run = "run again-" + locale;
    const Outcome outcome = train_in(locale, run);
    BOOST_TEST(succeeds(outcome));
    BOOST_TEST(outcome.out.find("exact match") != std::string::npos);
    BOOST_TEST(without_speed(outcome.err) == without_speed(expected.err));
    BOOST_TEST(lines_of(outcome.out).back() == lines_of(expected.out).back());
    BOOST_TEST((checkpoint(run) == checkpoint("run C")), locale);
    // And settings are read back as they were written.
    BOOST_TEST(succeeds(train_in(locale, run)));
  }
}

BOOST_FIXTURE_TEST_CASE(neither_home_nor_terminal_nor_time_zone_is_needed, Workplace) {
  const Launch from_cron{.arguments = train("run", some_steps),
                         .environment = {{"HOME", ""},
                                         {"TERM", ""},
                                         {"TZ", "Nowhere/Land"},
                                         {"PATH", ""},
                                         {"LANG", ""}},
                         .in = Stream::closed};
  BOOST_TEST(succeeds(translator(from_cron)));
}
