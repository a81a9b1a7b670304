#include "tests/support/process.hpp"

#include <signal.h>

#include <boost/test/unit_test.hpp>

using namespace transformer::test;

namespace {

Launch shell(const std::string& script) { return {.arguments = {"-c", script}}; }

}  // namespace

BOOST_AUTO_TEST_CASE(both_streams_and_the_exit_code_come_back) {
  const Outcome outcome = run("/bin/sh", shell("echo result; echo trouble >&2; exit 7"));
  BOOST_TEST(outcome.out == "result\n");
  BOOST_TEST(outcome.err == "trouble\n");
  BOOST_TEST(outcome.exit_code == 7);
}

BOOST_AUTO_TEST_CASE(input_and_environment_arrive) {
  Launch launch = shell("cat; echo $COLOUR");
  launch.input = std::string(100000, 'x') + "\n";
  launch.environment = {{"COLOUR", "green"}};
  BOOST_TEST(run("/bin/sh", launch).out == launch.input + "green\n");
}

BOOST_AUTO_TEST_CASE(a_program_that_a_signal_ends_has_code_128_and_more) {
  BOOST_TEST(run("/bin/sh", shell("kill -9 $$")).exit_code == 128 + SIGKILL);
}

BOOST_AUTO_TEST_CASE(what_a_program_says_is_heard_while_it_runs) {
  Launch launch = shell("echo ready >&2; while :; do sleep 1; done");
  Process process("/bin/sh", launch);
  BOOST_TEST(process.says("ready"));
  process.send(SIGTERM);
  BOOST_TEST(process.wait().exit_code == 128 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(a_program_that_ends_in_silence_is_not_waited_for) {
  Process process("/bin/sh", shell("exit 0"));
  BOOST_TEST(!process.says("anything"));
}

BOOST_AUTO_TEST_CASE(a_program_that_hangs_is_killed) {
  Launch launch = shell("exec sleep 60");
  launch.timeout_seconds = 0.1;
  const Outcome outcome = run("/bin/sh", launch);
  BOOST_TEST(outcome.timed_out);
  BOOST_TEST(outcome.exit_code == 128 + SIGKILL);
}

BOOST_AUTO_TEST_CASE(an_ignored_signal_stays_ignored) {
  Launch launch = shell("kill -HUP $$; echo alive");
  launch.ignored_signals = {SIGHUP};
  BOOST_TEST(run("/bin/sh", launch).out == "alive\n");
}

BOOST_AUTO_TEST_CASE(streams_can_be_closed_full_or_unread) {
  const std::pair<Stream, int> expected_codes[] = {
      {Stream::closed, 1}, {Stream::full, 1}, {Stream::reader_gone, 128 + SIGPIPE}};
  for (const auto& [stream, code] : expected_codes) {
    Launch launch = {.arguments = {"text"}, .out = stream};
    BOOST_TEST(run("/bin/echo", launch).exit_code == code);
  }
}

BOOST_AUTO_TEST_CASE(a_program_can_have_a_terminal) {
  if (!has_terminals()) {
    BOOST_TEST_MESSAGE("skipped: no pseudo-terminals here");
    return;
  }
  Launch launch = shell("test -t 2 && ! test -t 1 && stty size <&2 && echo loud >&2");
  launch.err = Stream::terminal;
  const Outcome outcome = run("/bin/sh", launch);
  BOOST_TEST(outcome.exit_code == 0);
  BOOST_TEST(outcome.out == "24 80\n");
  BOOST_TEST(outcome.err == "loud\r\n");
}
