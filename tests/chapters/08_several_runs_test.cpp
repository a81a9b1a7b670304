// Runs that translate together.
#include <cmath>

#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// Two runs of one text; one with few positions, of the other direction, of other words, of the
/// same words cut in another way, and of another text with the same words.
struct Runs : Workplace {
  std::string a = path("a"), b = path("b"), few_positions = path("few-positions"),
              backwards = path("backwards"), other_words = path("other-words"),
              other_cuts = path("other-cuts"), other_text = path("other-text");

  Runs() {
    const std::string sources =
        folder.write("twice.source", SmallCorpus().source + SmallCorpus().source).string();
    const std::string targets =
        folder.write("twice.target", SmallCorpus().target + SmallCorpus().target).string();
    const auto require = [](const Arguments& arguments) {
      BOOST_REQUIRE(succeeds(translator(arguments)));
    };
    require(with(train("a", {"--updates", "150"}), learning()));
    require(with(train("b", {"--updates", "150", "--seed", "2"}), learning()));
    require(with(train("few-positions"), {"--n-positions", "9"}));
    require(with(train("backwards"), {"--source", files[3], "--target", files[1]}));
    require(train("other-cuts", {"--updates", "4", "--tokens", "spaces"}));
    require(train("other-words", {"--updates", "4", "--vocabulary-size", "9"}));
    require(with(train("other-text"), {"--source", sources, "--target", targets}));
  }

  /// The two best translations of some sentences, with their scores, by these runs.
  static std::vector<std::string> translations_by(const Arguments& runs) {
    const Arguments sentences = {"the cat sees a dog", "old bread", "red house eats"};
    const Outcome outcome = translator(Arguments{"translate", "--threads", "1", "--n-best", "2"} +
                                       all_of(runs) + sentences);
    BOOST_TEST(succeeds(outcome));
    BOOST_TEST(outcome.err == "");
    return lines_of(outcome.out);
  }

  static Arguments all_of(const Arguments& runs) {
    Arguments flags;
    for (const std::string& run : runs) flags = flags + Arguments{"--run", run};
    return flags;
  }
};

const Runs& runs() {
  static const Runs all;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(two_runs_translate_together) {
  const auto by_a = Runs::translations_by({runs().a}), by_b = Runs::translations_by({runs().b}),
             by_both = Runs::translations_by({runs().a, runs().b});
  BOOST_TEST(by_both.size() == 6u);
  BOOST_TEST(by_both != by_a);
  BOOST_TEST(by_both != by_b);
  BOOST_TEST(Runs::translations_by({runs().b, runs().a}) == by_both,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_run_agrees_with_itself) {
  const auto three = Runs::translations_by({runs().a, runs().a, runs().a}),
             one = Runs::translations_by({runs().a});
  BOOST_TEST_REQUIRE(three.size() == one.size());
  for (size_t i = 0; i < one.size(); ++i) {
    // score, log probability, translation: the numbers are rounded in other places
    BOOST_TEST(three[i].substr(three[i].rfind('\t')) == one[i].substr(one[i].rfind('\t')));
    BOOST_TEST(std::abs(std::stod(three[i]) - std::stod(one[i])) < 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(what_is_read_and_how_makes_no_difference) {
  std::string input, expected;
  for (int i = 0; i < 300; ++i) {
    for (const char* sentence : {"the cat sees a dog", "old bread", "red house eats"}) {
      input += std::string(sentence) + "\n";
    }
  }
  const Arguments both = Arguments{"translate"} + Runs::all_of({runs().a, runs().b});
  const Outcome by_one =
      translator({.arguments = both + Arguments{"--threads", "1"}, .input = input});
  const Outcome by_two =
      translator({.arguments = both + Arguments{"--threads", "2"}, .input = input});
  const Outcome pieces = translator({.arguments = both + Arguments{"--pieces"}, .input = input});
  BOOST_TEST(succeeds(by_one));
  BOOST_TEST(lines_of(by_one.out).size() == 900u);
  BOOST_TEST((by_two.out == by_one.out));
  BOOST_TEST((pieces.out == by_one.out));  // these tokens are words
}

BOOST_AUTO_TEST_CASE(a_file_of_a_run_is_one_of_several) {
  const std::string file = runs().run_paths("b").checkpoint.string();
  const auto by_files = Runs::translations_by({runs().a, file});
  BOOST_TEST(by_files == Runs::translations_by({runs().a, runs().b}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(two_runs_are_evaluated_together) {
  const auto evaluated = [](const Arguments& flags) {
    const Outcome outcome = translator(Arguments{"evaluate"} + flags + runs().files);
    BOOST_TEST(succeeds(outcome));
    BOOST_TEST(has(outcome.out, "held-out: BLEU "));
    return outcome.out;
  };
  const std::string both = evaluated(Runs::all_of({runs().a, runs().b}));
  BOOST_TEST(both != evaluated(Runs::all_of({runs().a})));
  BOOST_TEST(both != evaluated(Runs::all_of({runs().b})));
}

BOOST_AUTO_TEST_CASE(runs_that_cannot_translate_together_are_refused) {
  const auto refused = [](const Arguments& arguments, const std::vector<std::string>& parts) {
    return gives_up(translator(arguments), ExitCode::usage, parts);
  };
  const Arguments with_other = Runs::all_of({runs().a, runs().other_words});
  BOOST_TEST(refused(Arguments{"translate", "cat"} + with_other,
                     {runs().other_words + ": has other tokens than " + runs().a}));
  BOOST_TEST(refused(Arguments{"evaluate"} + with_other + runs().files, {"has other tokens"}));
  BOOST_TEST(refused(Arguments{"translate", "cat"} + Runs::all_of({runs().a, runs().other_cuts}),
                     {"has other tokens"}));
  BOOST_TEST(refused(Arguments{"evaluate"} + Runs::all_of({runs().a, runs().other_text}),
                     {runs().other_text + ": was trained on another text than " + runs().a,
                      "--source and --target"}));
  BOOST_TEST(refused(Arguments{"translate", "cat", "--trace", runs().path("page.html")} +
                         Runs::all_of({runs().a, runs().b}),
                     {"--trace", "one --run"}));
}

BOOST_AUTO_TEST_CASE(a_run_of_the_other_direction_is_told_of) {
  const Outcome outcome =
      translator(Arguments{"translate", "cat"} + Runs::all_of({runs().a, runs().backwards}));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(has(outcome.err, "warning: " + runs().backwards + ": was trained on another text"));
}

BOOST_AUTO_TEST_CASE(the_fewest_positions_of_a_run_cut_a_sentence) {
  const std::string sentence = "the cat sees a dog the cat sees a dog";
  for (const Arguments& both : {Arguments{runs().a, runs().few_positions, runs().b},
                                Arguments{runs().few_positions, runs().a}}) {
    const Outcome outcome = translator(Arguments{"translate", sentence} + Runs::all_of(both));
    BOOST_TEST(succeeds(outcome));
    BOOST_TEST(has(outcome.err, "10 tokens, the model has positions for 8"), outcome.err);
  }
}

BOOST_AUTO_TEST_CASE(a_run_among_several_that_is_not_there_is_named) {
  BOOST_TEST(gives_up(
      translator(Arguments{"translate", "cat"} + Runs::all_of({runs().a, runs().path("none")})),
      ExitCode::no_input, {"none"}));
}
