// What a training or an evaluation says of texts that do not fit, and of a model that is not done.
#include <fmt/ranges.h>
#include <signal.h>

#include "src/io/atomic_file.hpp"
#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// Lines in another order: no pair belongs together any more.
std::string backwards(const std::string& text) {
  std::string result;
  for (const std::string& line : lines_of(text)) result.insert(0, line + "\n");
  return result;
}

struct Texts : Workplace {
  Arguments validation(const std::string& source, const std::string& target) const {
    return {"--valid-source", folder.write("valid.source", source).string(), "--valid-target",
            folder.write("valid.target", target).string()};
  }
  Arguments held_out(const std::string& source, const std::string& target) const {
    return {"--test-source", folder.write("test.source", source).string(), "--test-target",
            folder.write("test.target", target).string()};
  }
  Outcome train_with(const Arguments& more) const {
    return translator(train("run", {"--updates", "4", "--overwrite"}) + more);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_text_that_is_learned_from_judges_nothing, Texts) {
  const SmallCorpus corpus;
  const std::string said = "48 of 48 pairs are learned from";
  Outcome outcome = train_with(validation(corpus.source, corpus.target));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(has(outcome.err, "valid.source: " + said), outcome.err);
  outcome = train_with(held_out(corpus.source, corpus.target));
  BOOST_TEST(has(outcome.err, "test.source: " + said), outcome.err);
  // A pair or two are no reason.
  outcome =
      train_with(validation(corpus.source + lines_of(corpus.source).front() + "\n",
                            backwards(corpus.target) + lines_of(corpus.target).front() + "\n"));
  BOOST_TEST(!has(outcome.err, "learned from"), outcome.err);
  // The same sources with other targets are other pairs.
  outcome = train_with(validation("the old cat\n", "TAC DLO\n") + held_out("a dog\n", "GOD\n"));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(!has(outcome.err, "learned from"), outcome.err);
}

BOOST_FIXTURE_TEST_CASE(pieces_that_are_sampled_hide_no_text_that_is_learned_from, Texts) {
  const SmallCorpus corpus;
  const Arguments sampled = {"--tokens", "bpe", "--vocabulary-size", "60", "--sample-pieces", "1"};
  Outcome outcome = train_with(sampled + validation(corpus.source, corpus.target));
  BOOST_TEST(has(outcome.err, "48 of 48 pairs are learned from"), outcome.err);
  outcome = translator(with(train("run", Arguments{"--updates", "4", "--overwrite"} + sampled),
                            {"--target", path("corpus.source")}));
  BOOST_TEST(has(outcome.err, "source and target are the same lines"), outcome.err);
}

BOOST_FIXTURE_TEST_CASE(exchanged_files_are_noticed, Texts) {
  const SmallCorpus corpus;
  const std::string said = "check whether the two files are exchanged";
  Outcome outcome = train_with(validation(corpus.target, corpus.source));
  BOOST_TEST(has(outcome.err, "valid.source: its source looks like the target"), outcome.err);
  BOOST_TEST(has(outcome.err, said));
  outcome = train_with(held_out(corpus.target, corpus.source));
  BOOST_TEST(has(outcome.err, said), outcome.err);
  outcome = train_with(validation(corpus.target, corpus.target));
  BOOST_TEST(!has(outcome.err, said), outcome.err);
  // Pairs that do not belong together are exchanged no more than they are learned from.
  outcome = train_with(validation(corpus.source, backwards(corpus.target)));
  BOOST_TEST(!has(outcome.err, said), outcome.err);
  BOOST_TEST(!has(outcome.err, "learned from"), outcome.err);
}

BOOST_FIXTURE_TEST_CASE(a_text_that_translates_itself_teaches_copying, Texts) {
  const std::string file = folder.write("same", SmallCorpus().source).string();
  const Outcome outcome =
      translator(with(train("run"), {"--source", file, "--target", path("corpus.source")}));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(has(outcome.err, "source and target are the same lines"), outcome.err);
  BOOST_TEST(!has(train_with({}).err, "the same lines"));
}

BOOST_FIXTURE_TEST_CASE(a_validation_that_hardly_depends_on_the_source_is_told_of, Texts) {
  const SmallCorpus corpus;
  const Outcome outcome =
      train_with(validation(corpus.source, corpus.target) + Arguments{"--validate-every", "2"});
  BOOST_TEST(has(outcome.err, "warning: validation: only "), outcome.err);
  BOOST_TEST(has(outcome.err, "hardly looks at the source"));
}

BOOST_FIXTURE_TEST_CASE(a_run_that_is_not_done_says_so, Texts) {
  Process process(TRANSLATOR, {.arguments = train("run", {"--updates", "100000000"})});
  BOOST_REQUIRE(process.says("step"));
  process.send(SIGTERM);
  process.wait();
  const std::string step = Checkpoint(run_paths("run").checkpoint).text("step");
  const std::string said =
      "warning: " + path("run") + ": trained for " + step + " of 100000000 steps so far";
  BOOST_TEST(has(translator(translate("run", {"the cat"})).err, said));
  BOOST_TEST(has(translator(evaluate("run")).err, said));
  BOOST_TEST(succeeds(translator(train("run", {"--updates", step}))));
  BOOST_TEST(
      succeeds(translator(train("run", {"--updates", std::to_string(std::stoi(step) + 1)}))));
  BOOST_TEST(!has(translator(translate("run", {"the cat"})).err, "so far"));
}

BOOST_FIXTURE_TEST_CASE(a_run_is_not_judged_by_the_toy_unless_it_learned_the_toy, Texts) {
  BOOST_REQUIRE(succeeds(translator(train("run"))));
  const std::vector<std::string> not_known = {"neither on the toy corpus nor on pairs",
                                              "--source and --target"};
  BOOST_TEST(gives_up(translator({"evaluate", "--run", path("run")}), ExitCode::usage, not_known));
  // Nor does one go on by accident.
  BOOST_TEST(gives_up(translator({"train", "--run", path("run")}), ExitCode::usage,
                      {path("run") + ": was not trained on the toy corpus", "a sentence"}));
  // What --pairs held out is there.
  std::string pairs;
  for (int i = 0; i < 60; ++i) {
    pairs += fmt::format("word {}\tWORT{}\n", i, fmt::join(std::vector(i, i), " "));
  }
  BOOST_REQUIRE(succeeds(translator(
      Arguments{"train", "--run", path("pairs"), "--pairs", folder.write("p.tsv", pairs).string()} +
      tiny_model() + Arguments{"--updates", "4", "--keep-every", "2"})));
  const Outcome outcome = translator({"evaluate", "--run", path("pairs")});
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(has(outcome.out, "% of 3\n"), outcome.out);
  BOOST_TEST(outcome.out == translator({"evaluate", "--run", path("pairs"), "--source",
                                        path("pairs/pairs/test.source"), "--target",
                                        path("pairs/pairs/test.target")})
                                .out);
  // It judges an average of the run, too, but no run of another text in its place.
  BOOST_REQUIRE(
      succeeds(translator({"average", "--run", path("pairs"), "--into", path("average")})));
  BOOST_TEST(has(translator({"evaluate", "--run", path("average")}).out, "% of 3\n"));
  BOOST_REQUIRE(succeeds(translator(train("pairs", {"--updates", "4", "--overwrite"}))));
  BOOST_TEST(
      gives_up(translator({"evaluate", "--run", path("pairs")}), ExitCode::usage, not_known));
}

BOOST_FIXTURE_TEST_CASE(lines_without_a_reference_are_told_of, Texts) {
  BOOST_REQUIRE(succeeds(translator(train("run"))));
  const std::string source = folder.write("half.source", "the cat\na dog\n\n\n").string();
  const std::string target = folder.write("half.target", "TAC EHT\n\n\nGOD\n").string();
  const Outcome outcome =
      translator(with(evaluate("run"), {"--source", source, "--target", target}));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(has(outcome.err, "3 of 4 lines have no source or no reference"), outcome.err);
}

BOOST_FIXTURE_TEST_CASE(translations_that_differ_in_repeats_alone_are_alike, Texts) {
  // Nearly untrained, it writes one word again and again, up to the limit, which the source's
  // length decides.
  BOOST_REQUIRE(succeeds(translator(train("run", {"--updates", "1"}))));
  const Outcome outcome = translator(evaluate("run"));
  BOOST_TEST(has(outcome.err, "different translations (but for repeats)"), outcome.err);
  const std::string source = folder.write("few.source", "cat\ndog cat\nbird\nmilk\nold\n").string();
  const Outcome of_few =
      translator(with(evaluate("run"), {"--source", source, "--target", source}));
  BOOST_TEST(has(of_few.err, "only 1 different"), of_few.err);
}

BOOST_FIXTURE_TEST_CASE(words_that_are_all_unknown_are_no_copies, Texts) {
  const Outcome outcome = translator(train("run", {"--updates", "1", "--minimum-count", "999"}));
  BOOST_TEST(has(outcome.err, "no token of the training text is known"), outcome.err);
  BOOST_TEST(!has(outcome.err, "the same lines"), outcome.err);
}

BOOST_FIXTURE_TEST_CASE(a_text_in_pieces_is_told_of_where_its_tokens_are_others, Texts) {
  std::string cut;
  for (const std::string& line : lines_of(SmallCorpus().source)) cut += "wo@@ rd " + line + "\n";
  const Arguments in_pieces =
      with(train("run", {"--updates", "1"}), {"--source", folder.write("cut", cut).string()});
  BOOST_TEST(has(translator(in_pieces).err, "48 of 48 lines are cut into pieces"));
  const Outcome right =
      translator(with(in_pieces, {"--tokens", "pieces"}) + Arguments{"--overwrite"});
  BOOST_TEST(succeeds(right));
  BOOST_TEST(!has(right.err, "cut into pieces"), right.err);
  const Outcome typed = translator(translate("run", {"cat zebra"}));
  BOOST_TEST(has(typed.err, "cut yours in the same way"), typed.err);
}

BOOST_FIXTURE_TEST_CASE(logits_are_of_what_a_translation_would_be_of, Texts) {
  BOOST_REQUIRE(succeeds(translator(train("run"))));
  const Outcome outcome = translator({"logits", "--run", path("run"), "zebra \xF0", "TAC"});
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(has(outcome.err, "text:1: not UTF-8 throughout"), outcome.err);
  BOOST_TEST(has(outcome.err, "unknown: zebra"), outcome.err);
  const std::vector<std::string> lines = lines_of(outcome.out);
  BOOST_TEST_REQUIRE(lines.size() == 4u);  // two ids for the source, one for the target, two places
  BOOST_TEST(lines[0] == "0 0");
}

BOOST_FIXTURE_TEST_CASE(a_word_without_end_is_named_by_its_beginning, Texts) {
  BOOST_REQUIRE(succeeds(translator(train("run"))));
  const Outcome outcome = translator(translate("run", {std::string(1000, 'x')}));
  BOOST_TEST(has(outcome.err, "unknown: " + std::string(60, 'x') + "... (1 of 1 words)"),
             outcome.err);
}

BOOST_FIXTURE_TEST_CASE(a_mark_is_put_back_unless_the_translation_ends_with_one, Texts) {
  // Marks stand for themselves: a model that writes nothing but "!".
  std::string source, target;
  for (int i = 0; i < 40; ++i) source += "cat dog\n", target += "!\n";
  const Arguments marks{"--source", folder.write("m.source", source).string(), "--target",
                        folder.write("m.target", target).string()};
  BOOST_REQUIRE(succeeds(
      translator(Arguments{"train", "--run", path("run"), "--updates", "60", "--tokens", "spaces"} +
                 marks + tiny_model())));
  BOOST_TEST(translator(translate("run", {"cat dog?"})).out == "!\n");
  // A line of such marks alone is its own translation, as often as there are others.
  const Outcome outcome =
      translator(translate("run", {"--beam", "2", "--n-best", "2", "--", "?;", ""}));
  const std::string none = "0.0000\t0.0000\t";
  BOOST_TEST(outcome.out == none + "?;\n" + none + "?;\n" + none + "\n" + none + "\n");
}

BOOST_FIXTURE_TEST_CASE(nothing_is_left_of_a_run_that_is_overwritten, Texts) {
  const SmallCorpus corpus;
  const Arguments judged = validation(corpus.source, corpus.target);
  BOOST_REQUIRE(succeeds(translator(
      train("run", {"--updates", "8", "--keep-every", "2", "--validate-every", "4"}) + judged)));
  replace_file(run_paths("run").best, "some best");
  BOOST_REQUIRE(succeeds(translator(
      train("run", {"--updates", "6", "--keep-every", "2", "--save-every", "4", "--overwrite"}))));
  const RunPaths run = run_paths("run");
  BOOST_TEST(!std::filesystem::exists(run.best));
  std::vector<std::int64_t> kept;
  for (const auto& [step, file] : run.all_kept()) kept.push_back(step);
  BOOST_TEST(kept == (std::vector<std::int64_t>{2, 4, 6}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(pieces_fewer_than_characters_are_refused_with_the_way_out, Texts) {
  BOOST_TEST(
      gives_up(translator(train("run") + Arguments{"--tokens", "bpe", "--vocabulary-size", "10"}),
               ExitCode::bad_data, {"10 are fewer than its different characters; give a larger"}));
}
