// Runs that translate together.
#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// Two runs of one text; one with few positions, of other words, of the same words cut in another
/// way, and of another text with the same words.
struct Runs : Workplace {
  std::string a = path("a"), b = path("b"), few_positions = path("few-positions"),
              other_words = path("other-words"), other_cuts = path("other-cuts"),
              other_text = path("other-text");

  Runs() {
    const std::string sources =
        folder.write("twice.source", SmallCorpus().source + SmallCorpus().source).string();
    const std::string targets =
        folder.write("twice.target", SmallCorpus().target + SmallCorpus().target).string();
    const auto require = [](const Arguments& arguments) {
      BOOST_REQUIRE(succeeds(translator(arguments)));
    };
    const Arguments learning = {"--d-model",
                                "32",
                                "--d-ff",
                                "32",
                                "--p-drop",
                                "0",
                                "--warmup-steps",
                                "100",
                                "--updates",
                                "150",
                                "--learning-rate-scale",
                                "0.5"};
    require(with(train("a"), learning));
    require(with(train("b", {"--seed", "2"}), learning));
    require(with(train("few-positions"), {"--n-positions", "9"}));
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
  BOOST_TEST(
      Runs::translations_by({runs().a, runs().a, runs().a}) == Runs::translations_by({runs().a}),
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
