#include "src/book/scenes.hpp"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "src/base/error.hpp"
#include "src/book/reference.hpp"
#include "tests/book/captured_output.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;
using test::captured;

namespace {

void show_numbers(const SceneRequest& request) {
  fmt::print("n = {}\n", request.integer("n", 1, 9));
  request.draw("numbers", "<svg/>\n");
}

void show_words(const SceneRequest& request) {
  fmt::print("word = {}, p = {}\n", request.text("word"), request.number("p", 0, 1));
}

void show_training(const SceneRequest&) { fmt::print("trained\n"); }

void show_mistake(const SceneRequest&) {
  fail(ExitCode::bad_data, "corpus.en:17: not UTF-8; convert it");
}

const std::string chapter_03 = "03_scaled_dot_product_attention";

const Chapter example = {
    chapter_03,
    "Shows attention.",
    {{"numbers", "a number", show_numbers, {{"n", "3", "How many"}}},
     {"words", "a word", show_words, {{"word", "cat", "An animal"}, {"p", "0.5", "A probability"}}},
     {"training", "a long one", show_training, {}, true}},
    [](ReferenceCheck& check) { check.compare("causal/outputs/y", 0.0); }};

/// What the check prints of a number where the file has a matrix.
const std::string checked = "reference: causal/outputs/y is (1, 1), expected (11, 8)\n";

/// What a chapter's program does with these arguments.
struct Run {
  int code = -1;
  std::string error;
  std::string output;

  Run(std::vector<const char*> arguments, const Chapter& chapter = example) {
    arguments.insert(arguments.begin(), "program");
    output = captured(stdout, [&] {
      error = captured(stderr, [&] {
        code = run_chapter(static_cast<int>(arguments.size()), arguments.data(), chapter);
      });
    });
  }
};

/// A chapter with one scene.
Chapter chapter_of(void (*show)(const SceneRequest&)) {
  return {chapter_03, "Shows attention.", {{"scene", "a scene", show}}, [](ReferenceCheck&) {}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(
    without_arguments_all_scenes_are_shown_the_long_ones_named_and_then_the_check) {
  const Run run({});
  BOOST_TEST(run.output ==
             "\n## numbers\nn = 3\n\n## words\nword = cat, p = 0.5\n\n## training\n(takes long: "
             "./run 03 training shows it)\n\n## reference\n" +
                 checked);
  BOOST_TEST(run.code == 1);
}

BOOST_AUTO_TEST_CASE(a_page_after_a_chapter_has_a_letter_and_may_share_the_references) {
  Chapter after = example;
  after.folder = "03b_after_it";
  after.references = chapter_03;
  const Run run({}, after);
  BOOST_TEST(run.output.find("./run 03b training shows it") != std::string::npos);
  BOOST_TEST(run.output.ends_with(checked));
}

BOOST_AUTO_TEST_CASE(a_scene_is_shown_alone_with_what_the_reader_gives_it) {
  const Run numbers({"numbers", "--n", "7"});
  BOOST_TEST(numbers.output == "\n## numbers\nn = 7\n");
  BOOST_TEST(numbers.code == 0);
  BOOST_TEST(Run({"words", "--word", "the dog", "--p", "0.25"}).output ==
             "\n## words\nword = the dog, p = 0.25\n");
  BOOST_TEST(Run({"training"}).output == "\n## training\ntrained\n");
  BOOST_TEST(Run({"reference"}).output == "\n## reference\n" + checked);
}

BOOST_AUTO_TEST_CASE(a_list_names_every_scene_and_what_may_be_varied) {
  const Run run({"--list"});
  BOOST_TEST(run.output ==
             "numbers    a number [--n]\n"
             "words      a word [--word] [--p]\n"
             "training   a long one (takes long)\n"
             "reference  the piece beside an independent implementation\n");
  BOOST_TEST(run.code == 0);
}

BOOST_AUTO_TEST_CASE(figures_are_drawn_where_they_are_asked_for_and_only_there) {
  const test::TemporaryFolder folder;
  const std::string figures = folder.path().string();
  Run({"numbers"});
  BOOST_TEST(std::filesystem::is_empty(folder.path()));
  BOOST_TEST(Run({"numbers", "--figures", figures.c_str()}).code == 0);
  BOOST_TEST(test::bytes_of(folder / "numbers.svg") == "<svg/>\n");
}

BOOST_AUTO_TEST_CASE(what_a_scene_cannot_take_is_a_usage_error) {
  for (const char* n : {"0", "10", "1.5", "many", ""}) {
    const Run run({"numbers", "--n", n});
    BOOST_TEST(run.code == 2);
    BOOST_TEST(
        run.error ==
        fmt::format(
            "error: --n must be a whole number from 1 to 9, but is '{}'; --help lists the flags\n",
            n));
  }
  BOOST_TEST(Run({"words", "--p", "2"}).error ==
             "error: --p must be a number from 0 to 1, but is '2'; --help lists the flags\n");
  for (const Run& run : {Run({"numbers", "--word", "dog"}), Run({"colours"}), Run({"--colour"})}) {
    BOOST_TEST(run.code == 2);
    BOOST_TEST(run.error.starts_with("error: "));
    BOOST_TEST(run.output == "");
  }
}

BOOST_AUTO_TEST_CASE(a_scene_that_asks_for_a_flag_it_has_not_is_an_error_of_ours) {
  const Chapter chapter = chapter_of([](const SceneRequest& request) { request.text("colour"); });
  const Run run({"scene"}, chapter);
  BOOST_TEST(run.code == static_cast<int>(ExitCode::internal));
  BOOST_TEST(run.error.find("the scene has no flag --colour") != std::string::npos, run.error);
}

BOOST_AUTO_TEST_CASE(an_error_becomes_one_line_and_its_exit_code) {
  const Run run({"scene"}, chapter_of(show_mistake));
  BOOST_TEST(run.error == "error: corpus.en:17: not UTF-8; convert it\n");
  BOOST_TEST(run.code == 65);
  const Run other({"scene"},
                  chapter_of([](const SceneRequest&) { throw std::logic_error("oops"); }));
  BOOST_TEST(other.error == "error: oops\n");
  BOOST_TEST(other.code == 70);
}

BOOST_AUTO_TEST_CASE(help_says_what_the_program_shows_and_shows_nothing) {
  const Run run({"--help"});
  BOOST_TEST(run.code == 0);
  BOOST_TEST(run.output.find("Shows attention.") != std::string::npos);
  BOOST_TEST(run.output.find("--figures") != std::string::npos);
  BOOST_TEST(run.output.find("## ") == std::string::npos);
  BOOST_TEST(Run({"numbers", "--help"}).output.find("How many") != std::string::npos);
}
