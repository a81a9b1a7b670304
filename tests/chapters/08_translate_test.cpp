// Translating and evaluating with a trained run, and streams that fail.
#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// Has learned most of its corpus, in a second. Trained once for all tests.
struct LearnedRun : Workplace {
  LearnedRun() {
    BOOST_REQUIRE(succeeds(
        translator(with(train("run", {"--updates", "400", "--n-positions", "16"}), learning()))));
  }

  Outcome translate_input(const std::string& input, const Arguments& more = {}) const {
    return translator({.arguments = translate("run", more), .input = input});
  }
};

const LearnedRun& learned() {
  static const LearnedRun run;
  return run;
}

const std::regex last_line(
    R"(held-out: BLEU \d{1,3}\.\d \(nrefs:1\|case:mixed\|eff:no\|tok:13a\|smooth:exp\), )"
    R"(exact match \d{1,3}\.\d % of 48)");

}  // namespace

// ---- Translating --------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(every_sentence_on_the_command_line_becomes_a_line) {
  const Outcome outcome =
      translator(learned().translate("run", {"the cat sees a dog", "", "old bread"}));
  BOOST_TEST(succeeds(outcome));
  const std::vector<std::string> lines = lines_of(outcome.out);
  BOOST_REQUIRE(lines.size() == 3u);
  BOOST_TEST(lines[0] != "");
  BOOST_TEST(lines[1] == "");
  BOOST_TEST(lines[2] != "");
  BOOST_TEST(outcome.err == "");
}

BOOST_AUTO_TEST_CASE(every_line_of_standard_input_becomes_a_line) {
  // More than are translated at once, and every third blank.
  std::string input;
  for (int i = 0; i < 600; ++i) input += i % 3 == 0 ? " \t\n" : "the cat sees a dog\n";
  const Outcome outcome = learned().translate_input(input);
  BOOST_TEST(succeeds(outcome));
  const std::vector<std::string> lines = lines_of(outcome.out);
  const std::string expected =
      lines_of(translator(learned().translate("run", {"the cat sees a dog"})).out).at(0);
  BOOST_REQUIRE(lines.size() == 600u);
  for (size_t i = 0; i < lines.size(); ++i) BOOST_TEST(lines[i] == (i % 3 == 0 ? "" : expected));
}

BOOST_AUTO_TEST_CASE(threads_that_translate_whole_batches_give_what_one_gives) {
  const std::vector<std::string> words = {"cat", "dog", "bird", "sees", "old", "the", "milk"};
  std::string input;
  for (size_t i = 0; i < 600; ++i) {
    for (size_t j = 0; j <= i % 5; ++j) input += words[(i * (j + 1) + j) % words.size()] + " ";
    input += "\n";
  }
  for (const std::string beam : {"1", "3"}) {
    std::string expected;
    for (const std::string n_threads : {"1", "2", "3"}) {
      const Outcome outcome =
          translator({.arguments = with(learned().translate("run", {"--beam", beam}),
                                        {"--threads", n_threads}),
                      .input = input});
      BOOST_TEST(succeeds(outcome));
      if (expected.empty()) expected = outcome.out;
      BOOST_TEST((outcome.out == expected), n_threads << " threads, a beam of " << beam);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_end_of_the_input_is_the_end) {
  const Outcome empty = learned().translate_input("");
  BOOST_TEST(succeeds(empty));
  BOOST_TEST(empty.out == "");
  BOOST_TEST(learned().translate_input("\n").out == "\n");
  // The last line counts without its end, too; a carriage return before it is not text.
  const std::string expected = learned().translate_input("cat\n").out;
  BOOST_TEST(learned().translate_input("cat").out == expected);
  BOOST_TEST(learned().translate_input("cat\r\n").out == expected);
}

BOOST_AUTO_TEST_CASE(input_that_is_not_utf_8_is_translated_with_a_warning) {
  const std::string bad = std::string("cat\na \xFF dog\nold\0bread\nbird\n", 24);
  const Outcome outcome = learned().translate_input(bad);
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(lines_of(outcome.out).size() == 4u);
  const std::vector<std::string> warnings = lines_of(outcome.err);
  BOOST_REQUIRE(warnings.size() == 3u);
  BOOST_TEST(warnings[2].starts_with("unknown: \uFFFD"), warnings[2]);
  BOOST_TEST(warnings[0].starts_with("warning: standard input:2: not UTF-8"), warnings[0]);
  BOOST_TEST(warnings[1].starts_with("warning: standard input:3: not UTF-8"), warnings[1]);

  const Outcome argument = translator(learned().translate("run", {"cat", "a \xC3 dog"}));
  BOOST_TEST(succeeds(argument));
  BOOST_TEST(lines_of(argument.out).size() == 2u);
  BOOST_TEST(argument.err.starts_with("warning: sentence:2: not UTF-8"), argument.err);
}

BOOST_AUTO_TEST_CASE(a_line_that_is_too_long_is_cut_with_a_warning) {
  std::string within, beyond;
  for (int i = 0; i < 15; ++i) within += "cat ";
  for (int i = 0; i < 100000; ++i) beyond += i < 15 ? "cat " : "dog ";
  const Outcome outcome = learned().translate_input("bird\n" + within + "\n" + beyond + "\n");
  BOOST_TEST(succeeds(outcome));
  BOOST_REQUIRE(lines_of(outcome.out).size() == 3u);
  BOOST_TEST(lines_of(outcome.out)[1] == lines_of(outcome.out)[2]);
  BOOST_TEST(has(outcome.err,
                 "warning: standard input:3: 100000 tokens, the model has positions for 15; the "
                 "rest is left out\n"));
}

BOOST_AUTO_TEST_CASE(unknown_words_and_marks_are_translated_somehow) {
  const std::string input = "zebra\n\xE7\x8C\xAB \xF0\x9F\x90\x88\n<s> </s> <unk>\n\xE2\x96\x81\n";
  const Outcome outcome = learned().translate_input(input);
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(lines_of(outcome.out).size() == 4u);
  BOOST_TEST(!has(outcome.out, "<s>"));
  BOOST_TEST(!has(outcome.out, "</s>"));
  // A word is known with capitals and punctuation, too.
  const auto translation_of = [](const std::string& line) {
    return learned().translate_input(line + "\n").out;
  };
  BOOST_TEST(translation_of("The CAT sees") == translation_of("the cat sees"));
}

BOOST_AUTO_TEST_CASE(what_is_translated_together_makes_no_difference) {
  const std::vector<std::string> sentences = lines_of(SmallCorpus().source);
  for (const std::string beam : {"1", "4"}) {
    const std::vector<std::string> together =
        lines_of(learned().translate_input(SmallCorpus().source, {"--beam", beam}).out);
    BOOST_REQUIRE(together.size() == sentences.size());
    for (size_t i = 0; i < sentences.size(); i += 7) {
      const Outcome alone =
          translator(learned().translate("run", {"--beam", beam, "--", sentences[i]}));
      BOOST_TEST(alone.out == together[i] + "\n");
    }
  }
}

BOOST_AUTO_TEST_CASE(what_the_vocabulary_does_not_have_is_said_on_standard_error) {
  const Outcome outcome = learned().translate_input("the cat sees a dog.\nthe zebra sees\n");
  BOOST_TEST(succeeds(outcome));
  const std::string plain = lines_of(learned().translate_input("the cat sees a dog\n").out).at(0);
  BOOST_TEST(lines_of(outcome.out).at(0) == plain + ".");
  BOOST_TEST(
      outcome.err ==
      "unknown: zebra (1 of 8 words)\nleft out, since the vocabulary has no such mark: .; put "
      "back where it ends a line whose translation ends with no mark\n");
}

BOOST_AUTO_TEST_CASE(a_sentence_longer_than_any_in_training_is_translated_with_a_warning) {
  const Outcome outcome = learned().translate_input("a dog sees the old cat\na a a a a a a a\n");
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(outcome.err ==
             "warning: standard input:2: 8 tokens; the longest sentence of the training had 7\n");
}

BOOST_AUTO_TEST_CASE(a_model_that_hardly_looks_at_the_source_is_told_of) {
  const Workplace workplace;
  const Outcome trained = translator(with(workplace.train("run"), {"--warmup-steps", "5"}));
  BOOST_TEST(succeeds(trained));
  BOOST_TEST(has(trained.err, "warning: 4 steps are fewer than the 5 of the warm-up"));
  const Outcome outcome = translator(workplace.evaluate("run"));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(has(outcome.err, "hardly looks at the source"), outcome.err);
}

BOOST_AUTO_TEST_CASE(what_is_left_out_or_unknown_is_counted_in_training) {
  const Workplace workplace;
  std::string long_sentence;
  for (int i = 0; i < 200; ++i) long_sentence += "cat ";
  const std::string source =
      workplace.folder.write("v.source", "cat zebra\n\n" + long_sentence + "\n").string();
  const std::string target = workplace.folder.write("v.target", "TAC\nx\ny\n").string();
  const Outcome outcome = translator(workplace.train(
      "run", {"--updates", "4", "--valid-source", source, "--valid-target", target}));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(has(outcome.out,
                 ", 1 to validate, 1 blank and 1 too long left out, 33.3 % of the tokens unknown;"),
             outcome.out);
  BOOST_TEST(has(outcome.out, "; <unk> in the place of an unknown word counts as right"));
}

BOOST_AUTO_TEST_CASE(the_best_few_have_their_scores_before_them) {
  const Outcome outcome = learned().translate_input("the cat sees a dog\n", {"--n-best", "3"});
  BOOST_TEST(succeeds(outcome));
  const std::vector<std::string> lines = lines_of(outcome.out);
  BOOST_REQUIRE(lines.size() == 3u);
  const std::regex ranked(R"((-\d+\.\d{4})\t(-\d+\.\d{4})\t(.*))");
  double last = 0.0;
  for (const std::string& line : lines) {
    std::smatch match;
    BOOST_REQUIRE(std::regex_match(line, match, ranked));
    BOOST_TEST(std::stod(match[1]) <= last);
    last = std::stod(match[1]);
  }
  BOOST_TEST(lines[0].ends_with(
      "\t" + lines_of(learned().translate_input("the cat sees a dog\n").out).at(0)));
  BOOST_TEST(gives_up(translator(learned().translate("run", {"--n-best", "5", "cat"})),
                      ExitCode::usage, {"--n-best 5", "--beam 4"}));
}

// ---- Evaluating ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(evaluation_prints_the_signature_and_the_summary) {
  const Outcome outcome = translator(learned().evaluate("run"));
  BOOST_TEST(succeeds(outcome));
  const std::vector<std::string> lines = lines_of(outcome.out);
  BOOST_REQUIRE(lines.size() == 3u);
  BOOST_TEST(lines[0].starts_with("BLEU "));
  BOOST_TEST(has(lines[1], "(nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no)"), lines[1]);
  BOOST_TEST(std::regex_match(lines[2], last_line), lines[2]);
  // It has learned: the untrained are at 0.
  BOOST_TEST(std::stod(lines[2].substr(lines[2].find("BLEU ") + 5)) > 50.0, lines[2]);
}

BOOST_AUTO_TEST_CASE(a_translation_of_itself_is_perfect) {
  // Take what the model says for its reference.
  const TemporaryFolder folder;
  const std::string source = folder.write("source", SmallCorpus().source).string();
  const std::string target =
      folder.write("target", learned().translate_input(SmallCorpus().source).out).string();
  const Outcome outcome = translator(
      {"evaluate", "--run", learned().path("run"), "--source", source, "--target", target});
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(last_line_of(outcome.out).starts_with("held-out: BLEU 100.0 ("));
  BOOST_TEST(last_line_of(outcome.out).ends_with("), exact match 100.0 % of 48"));
}

BOOST_AUTO_TEST_CASE(a_bleu_of_0_beside_right_translations_is_explained) {
  // Sentences of three words have no runs of four.
  const std::string input = "the old cat\na red dog\nmilk\n" + SmallCorpus().source;
  std::istringstream all(input), translated(learned().translate_input(input).out);
  std::string short_sources, short_targets;
  int n_short = 0;
  for (std::string from, to; std::getline(all, from) && std::getline(translated, to);) {
    if (std::count(to.begin(), to.end(), ' ') > 2) continue;
    short_sources += from + '\n';
    short_targets += to + '\n';
    ++n_short;
  }
  BOOST_TEST_REQUIRE(n_short > 0);
  const TemporaryFolder folder;
  const std::string source = folder.write("source", short_sources).string();
  const std::string target = folder.write("target", short_targets).string();
  const Outcome outcome = translator(
      {"evaluate", "--run", learned().path("run"), "--source", source, "--target", target});
  BOOST_TEST(has(outcome.out, "BLEU 0.0 ("));
  BOOST_TEST(has(outcome.out, fmt::format("exact match 100.0 % of {}\n", n_short)));
  BOOST_TEST(has(outcome.err, "warning: BLEU counts runs of four words"), outcome.err);
}

BOOST_AUTO_TEST_CASE(training_ends_with_the_summary_of_the_held_out_text) {
  const Workplace workplace;
  const Outcome outcome = translator(workplace.train(
      "run", {"--updates", "4", "--test-source", workplace.path("corpus.source"), "--test-target",
              workplace.path("corpus.target"), "--valid-source", workplace.path("corpus.source"),
              "--valid-target", workplace.path("corpus.target")}));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(std::regex_match(last_line_of(outcome.out), last_line), last_line_of(outcome.out));
  BOOST_TEST(outcome.out.ends_with("\n"));
  BOOST_TEST(has(outcome.out, "48 to validate"));
  BOOST_TEST(has(outcome.out, "\nvalidation: loss "));
  BOOST_TEST(has(outcome.out, "\nsource       "));
  BOOST_TEST(has(outcome.out, "\ntranslation  "));
  BOOST_TEST(has(outcome.out, "\nreference    "));
  for (const std::string name :
       {"checkpoint.safetensors", "vocabulary.txt", "log.jsonl", "attention.svg"}) {
    BOOST_TEST(std::filesystem::file_size(workplace.folder / ("run/" + name)) > 0u);
    BOOST_TEST(has(outcome.out, name));
  }
}

BOOST_AUTO_TEST_CASE(held_out_sentences_may_be_longer_than_the_model_has_positions_for) {
  const Workplace workplace;
  std::string sentence;
  for (int i = 0; i < 40; ++i) sentence += "cat ";
  const std::string file = workplace.folder.write("long", sentence + "\n").string();
  const Outcome outcome =
      translator(workplace.train("run", {"--updates", "4", "--n-positions", "8", "--test-source",
                                         file, "--test-target", file}));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(has(outcome.err, "warning: " + file + ":1: 40 tokens"), outcome.err);
}

// ---- Streams ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(output_that_cannot_be_written_is_an_error) {
  for (const Stream out : {Stream::closed, Stream::full, Stream::reader_gone}) {
    const Workplace workplace;
    for (const Arguments& arguments :
         {learned().translate("run", {"cat"}), learned().evaluate("run"), workplace.train("run"),
          Arguments{"--help"}}) {
      const Outcome outcome = translator({.arguments = arguments, .out = out});
      BOOST_TEST(gives_up(outcome, ExitCode::io, {"standard output: cannot write"}));
    }
  }
}

BOOST_AUTO_TEST_CASE(messages_that_cannot_be_written_stop_nothing) {
  for (const Stream err : {Stream::closed, Stream::full, Stream::reader_gone}) {
    const Workplace workplace;
    BOOST_TEST(succeeds(translator({.arguments = workplace.train("run"), .err = err})));
    BOOST_TEST(translator({.arguments = {"bogus"}, .err = err}).exit_code == 2);
  }
}

BOOST_AUTO_TEST_CASE(no_file_of_the_run_takes_the_place_of_a_closed_stream) {
  const Workplace workplace;
  const Launch launch{.arguments = workplace.train("run"),
                      .in = Stream::closed,
                      .out = Stream::closed,
                      .err = Stream::closed};
  BOOST_TEST(translator(launch).exit_code == static_cast<int>(ExitCode::io));
  BOOST_TEST(!has(bytes_of(workplace.run_paths("run").lock), "corpus"));
}

BOOST_AUTO_TEST_CASE(a_closed_standard_input_is_missing_input) {
  BOOST_TEST(gives_up(translator({.arguments = learned().translate("run"), .in = Stream::closed}),
                      ExitCode::no_input, {"standard input"}));
  BOOST_TEST(succeeds(
      translator({.arguments = learned().translate("run", {"cat"}), .in = Stream::closed})));
}
