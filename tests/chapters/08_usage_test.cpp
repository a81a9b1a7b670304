// Command lines that ask for help, and command lines that make no sense.
#include <regex>
#include <set>

#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// Every `--flag` in the text literals of the sources: in declarations, messages and advice.
std::set<std::string> flags_in_sources() {
  static const std::regex literal(R"re("(?:[^"\\\n]|\\.)*")re"), flag("--[a-z][a-z-]*");
  const auto for_each_match = [](const std::string& text, const std::regex& wanted, auto visit) {
    const std::sregex_iterator begin(text.begin(), text.end(), wanted);
    for (auto match = begin; match != std::sregex_iterator(); ++match) visit(match->str());
  };
  std::set<std::string> flags;
  for (const std::string folder : {"src", "chapters"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!std::set<std::string>{".cpp", ".hpp"}.contains(entry.path().extension())) continue;
      for_each_match(bytes_of(entry.path()), literal, [&](const std::string& text) {
        for_each_match(text, flag, [&](const std::string& name) { flags.insert(name); });
      });
    }
  }
  return flags;
}

bool exists(const std::string& path) { return std::filesystem::exists(path); }

}  // namespace

BOOST_AUTO_TEST_CASE(help_lists_the_commands_and_the_flags_of_each) {
  const std::pair<Arguments, std::string> pages[] = {{{"--help"}, "train"},
                                                     {{"-h"}, "evaluate"},
                                                     {{"train", "--help"}, "--warmup-steps"},
                                                     {{"translate", "--help"}, "--beam"},
                                                     {{"evaluate", "-h"}, "--source"},
                                                     {{"average", "--help"}, "--into"},
                                                     {{"curves", "--help"}, "--run"}};
  for (const auto& [arguments, part] : pages) {
    const Outcome outcome = translator(arguments);
    BOOST_TEST(succeeds(outcome));
    BOOST_TEST(outcome.out.find(part) != std::string::npos, outcome.out);
    BOOST_TEST(outcome.err == "");
  }
}

BOOST_AUTO_TEST_CASE(the_version_names_compiler_instruction_sets_and_libraries) {
  const Outcome outcome =
      translator({.arguments = {"--version"}, .environment = {{"TRANSFORMER_ISA", "baseline"}}});
  BOOST_TEST(succeeds(outcome));
  const std::regex version(
      R"(transformer \d+\.\d+, compiled by \w+ [\d.]+ for \w+, \w+\n)"
      R"(instruction sets: baseline[, \w]*; in use: baseline\n)"
      R"(xtensor [\d.]+, xsimd \S*, fmt [\d.]+, CLI11 [\d.]+, nlohmann-json [\d.]+, )"
      R"(xxHash [\d.]+, utf8proc [\d.]+, SentencePiece .*\n)");
  BOOST_TEST(std::regex_match(outcome.out, version), outcome.out);
}

BOOST_AUTO_TEST_CASE(every_flag_that_a_message_names_is_one_of_a_program) {
  std::string known = "--figures --list --part --sentence ";  // of the chapters' programs
  known += translator({"--help"}).out;
  for (const std::string command :
       {"train", "translate", "evaluate", "average", "curves", "logits", "inspect"}) {
    known += translator({command, "--help"}).out;
  }
  const std::set<std::string> flags = flags_in_sources();
  BOOST_TEST(flags.count("--learning-rate-scale") == 1u);
  for (const std::string& flag : flags) {
    const bool is_known = std::regex_search(known, std::regex(flag + "[ ,=\\n]"));
    BOOST_TEST(is_known, flag << " is no flag of any program");
  }
}

BOOST_AUTO_TEST_CASE(a_command_line_that_makes_no_sense_is_a_usage_error) {
  const std::pair<Arguments, std::string> mistakes[] = {
      {{}, "choose train, translate or evaluate"},
      {{"--bogus"}, "--bogus"},
      {{"learn"}, "learn"},
      {{"train", "--bogus"}, "--bogus"},
      {{"train", "stray"}, "stray"},
      {{"train", "--two\nlines"}, "--two lines"},
      {{"translate", "--d-model", "8"}, "--d-model"},
      {{"train", "--updates"}, "--updates"},
      {{"train", "--run"}, "--run"},
      {{"train", "--updates", "3", "--updates", "4"}, "--updates"},
      {{"train", "--tokens", "letters"}, "letters"},
      {{"train", "--source", "text"}, "--target"},
      {{"train", "--target", "text"}, "--source"},
      {{"train", "--valid-source", "text"}, "--valid-target"},
      {{"train", "--test-target", "text"}, "--test-source"},
      {{"evaluate", "--source", "text"}, "--target"},
      {{"train", "--source", "text", "--target", "text"}, "--run"},
      {{"train", "--resume", "--overwrite"}, "--overwrite"},
      {{"train", "--epochs", "3", "--cool-down", "9"}, "--cool-down counts back"},
      {{"train", "--cool-down", "9", "--validate-every", "5", "--patience", "2"}, "no --patience"},
      {{"train", "--updates", "8", "--cool-down", "9"}, "is more than the 8 steps"},
      {{"train", "--r-drop-after", "9"}, "--r-drop-after says when"},
      {{"train", "--keep-last", "5"}, "--keep-last requires --keep-every"},
      {{"translate", "cat", "--penalty-form", "long"}, "{paper,fairseq}"},
      {{"evaluate", "--bleu-words", "some"}, "{none,13a}"},
      {{"train", "--source", "", "--target", ""}, "--source: must be a name, but is ''"},
      {{"evaluate", "--run", ""}, "--run: must be a name"},
      {{"translate", "cat", "--trace", ""}, "--trace: must be a name"},
  };
  for (const auto& [arguments, part] : mistakes) {
    BOOST_TEST(gives_up(translator(arguments), ExitCode::usage, {part}));
  }
}

BOOST_AUTO_TEST_CASE(a_value_out_of_range_is_named_with_its_range) {
  const Workplace workplace;
  const std::string whole[] = {"0",   "-1",   "1e400", "nan", "inf",
                               "2.5", "many", "",      "1e3", "0x10",
                               " 3",  "3 ",   "3x",    "1'0", "99999999999999999999"};
  for (const std::string& value : whole) {
    BOOST_TEST(
        gives_up(translator(workplace.train("run", {"--updates", value})), ExitCode::usage,
                 {"--updates must be a whole number from 1 to 1000000000", "is '" + value + "'"}));
  }
  for (const std::string value :
       {"-0.1", "1", "1e400", "nan", "-inf", "many", "", "0x0", " 0", "0 "}) {
    BOOST_TEST(gives_up(
        translator(workplace.train("run") + Arguments{"--label-smoothing", value}), ExitCode::usage,
        {"--label-smoothing must be a number from 0 to 0.99", "is '" + value + "'"}));
  }
  BOOST_TEST(!exists(workplace.path("run")));
}

BOOST_AUTO_TEST_CASE(zeros_before_a_number_change_nothing) {
  const Workplace workplace;
  const auto train = [&](const std::string& run, const Arguments& flags) {
    return translator(with(workplace.train(run, {}), flags));
  };
  BOOST_TEST(succeeds(train("plain", {"--updates", "10", "--seed", "8", "--p-drop", "0.5"})));
  BOOST_TEST(succeeds(train("zeros", {"--updates", "010", "--seed", "08", "--p-drop", "00.50",
                                      "--batch-tokens", "0096", "--d-model", "08"})));
  BOOST_TEST((workplace.checkpoint("zeros") == workplace.checkpoint("plain")));
}

BOOST_AUTO_TEST_CASE(the_ends_of_a_range_belong_to_it) {
  const Workplace workplace;
  BOOST_TEST(succeeds(translator(
      with(workplace.train("run"), {"--p-drop", "0.99", "--label-smoothing", "0.99",
                                    "--learning-rate-scale", "1e-9", "--length-penalty", "10"}))));
}

BOOST_AUTO_TEST_CASE(every_number_has_a_range) {
  const std::pair<std::string, std::string> beyond[] = {
      {"--threads", "-1"},        {"--threads", "257"},
      {"--d-model", "0"},         {"--d-ff", "0"},
      {"--n-heads", "0"},         {"--n-layers", "-3"},
      {"--p-drop", "1"},          {"--n-positions", "1"},
      {"--epochs", "0"},          {"--batch-tokens", "0"},
      {"--seed", "-1"},           {"--warmup-steps", "0"},
      {"--clip-norm", "-1"},      {"--learning-rate-scale", "0"},
      {"--vocabulary-size", "3"}, {"--minimum-count", "0"},
      {"--save-every", "0"},      {"--beam", "0"},
      {"--beam", "65"},           {"--length-penalty", "-1"},
      {"--label-smoothing", "1"},
  };
  for (const auto& [flag, value] : beyond) {
    BOOST_TEST(
        gives_up(translator({"train", flag, value}), ExitCode::usage, {flag + " must be a"}));
  }
}

BOOST_AUTO_TEST_CASE(flags_that_contradict_each_other_are_refused) {
  const Workplace workplace;
  BOOST_TEST(gives_up(translator(workplace.train("run", {"--updates", "3", "--epochs", "2"})),
                      ExitCode::usage, {"--updates and --epochs"}));
  BOOST_TEST(gives_up(translator(with(workplace.train("run"), {"--n-heads", "3"})), ExitCode::usage,
                      {"--d-model 8 is not a multiple of --n-heads 3"}));
  BOOST_TEST(!exists(workplace.path("run")));
}

BOOST_AUTO_TEST_CASE(a_model_that_is_larger_than_the_memory_is_refused) {
  const Workplace workplace;
  const Arguments huge = {"train",  "--run",  workplace.path("run"), "--d-model", "65536",
                          "--d-ff", "262144", "--n-heads",           "1024",      "--n-layers",
                          "1000"};
  BOOST_TEST(
      gives_up(translator(huge + workplace.files), ExitCode::usage, {"GB of memory", "--d-model"}));
}

BOOST_AUTO_TEST_CASE(a_batch_that_is_larger_than_the_memory_is_refused) {
  const Workplace workplace;
  std::string line;
  for (int i = 0; i < 60'000; ++i) line += "a ";
  const std::string file = workplace.folder.write("long", line + "\n").string();
  const Arguments flags = {"--source",      file,    "--target",   file, "--batch-tokens", "60001",
                           "--n-positions", "60001", "--n-layers", "200"};
  BOOST_TEST(gives_up(translator(with(workplace.train("run"), flags)), ExitCode::usage,
                      {"largest batch", "GB of memory", "--batch-tokens"}));
}

BOOST_AUTO_TEST_CASE(an_instruction_set_that_is_not_there_is_refused) {
  const Workplace workplace;
  BOOST_TEST(gives_up(translator({.arguments = workplace.train("run"),
                                  .environment = {{"TRANSFORMER_ISA", "abacus"}}}),
                      ExitCode::usage, {"TRANSFORMER_ISA=abacus", "baseline"}));
}

BOOST_AUTO_TEST_CASE(the_plainest_instruction_set_works_too) {
  const Workplace workplace;
  const Outcome outcome = translator(
      {.arguments = workplace.train("run"), .environment = {{"TRANSFORMER_ISA", "baseline"}}});
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(outcome.out.find("baseline") != std::string::npos, outcome.out);
}
