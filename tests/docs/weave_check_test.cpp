// The generated parts of a page: what drifts is found, with its page and line, and mended.
#include <boost/test/unit_test.hpp>

#include "tests/docs/small_book.hpp"

namespace {

using transformer::test::Called;
using transformer::test::SmallBook;
using transformer::test::weave_with;

const std::string name = "chapters/01_first/README.md";

// The check says exactly this, each line on the page as given, and fails.
void check_says(const SmallBook& book, const std::string& expected) {
  const Called called = book.weave("check");
  BOOST_TEST(called.out == expected);
  BOOST_TEST(called.exit_code == 1);
  BOOST_TEST(called.errors.empty());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_page_on_which_all_is_well_passes) {
  const SmallBook book;
  const Called called = book.weave("check");
  BOOST_TEST(called.out == "");
  BOOST_TEST(called.exit_code == 0);
}

BOOST_AUTO_TEST_CASE(code_that_drifts_is_shown_with_its_line) {
  const SmallBook book;
  book.change_page("return 2 * x;", "return x + x;");
  check_says(book, name +
                       ":9: code piece.cpp#twice: the page (-) is not what it should be (+)\n"
                       "    @@ line 8 @@\n"
                       "      int twice(int x) {\n"
                       "    -   return x + x;\n"
                       "    +   return 2 * x;\n"
                       "      }\n");
}

BOOST_AUTO_TEST_CASE(output_that_drifts_is_shown_with_its_line) {
  const SmallBook book;
  book.write_program("## sums\n1 + 1\nis\nthree\n\n## end\nanswer: 4.20");
  check_says(book, name +
                       ":16: output sums: the page (-) is not what it should be (+)\n"
                       "    @@ line 14 @@\n"
                       "      1 + 1\n"
                       "      is\n"
                       "    - two\n"
                       "    + three\n");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_missing_on_the_page_is_found_at_its_place) {
  const SmallBook book;
  book.change_page("is\ntwo\n", "two\n");
  check_says(book, name +
                       ":15: output sums: the page (-) is not what it should be (+)\n"
                       "    @@ line 14 @@\n"
                       "      1 + 1\n"
                       "    + is\n"
                       "      two\n");
}

BOOST_AUTO_TEST_CASE(of_a_long_difference_the_beginning_is_shown) {
  const SmallBook book;
  std::string printed = "## sums\n";
  for (int i = 0; i < 50; ++i) printed += std::to_string(i) + "\n";
  book.write_program(printed + "## end\nanswer: 4.20");
  const std::string said = book.weave("check").out;
  BOOST_TEST(said.ends_with("    + 35\n    ... (14 lines more)\n"), said);
}

BOOST_AUTO_TEST_CASE(a_value_that_drifts_is_found) {
  const SmallBook book;
  book.change_page("-->4.20,", "-->4.21,");
  check_says(book, name + ":3: value answer: the page says 4.21, the program prints 4.20\n");
}

BOOST_AUTO_TEST_CASE(a_value_ends_before_what_ends_a_sentence) {
  const SmallBook book;
  for (const char* end : {" ", ",", ";", ":", ")", "|", "*", ". So", "."}) {
    book.write_page(SmallBook::page);
    book.change_page("4.20, is\n", std::string("4.20") + end + "\n");
    BOOST_TEST(book.weave("check").out == "", "value before '" << end << "'");
    book.change_page("4.20", "4.2");
    BOOST_TEST(book.weave("check").exit_code == 1, "value before '" << end << "'");
  }
}

BOOST_AUTO_TEST_CASE(a_figure_that_drifts_is_found) {
  const SmallBook book;
  book.write_program(SmallBook::printed, "<svg>\n<g/>\n</svg>");
  check_says(book, name +
                       ":18: figure figures/line.svg: the file (-) is not what the program "
                       "draws (+)\n"
                       "    @@ line 1 @@\n"
                       "      <svg>\n"
                       "    + <g/>\n"
                       "      </svg>\n");
}

BOOST_AUTO_TEST_CASE(a_figure_that_is_missing_is_found) {
  const SmallBook book;
  std::filesystem::remove(book / "chapters/01_first/figures/line.svg");
  check_says(book, name + ":18: image figures/line.svg leads nowhere: there is no " +
                       "figures/line.svg\n" + name +
                       ":18: figure figures/line.svg is missing; weave update writes it\n");
}

BOOST_AUTO_TEST_CASE(a_figure_that_the_program_does_not_draw_is_found) {
  const SmallBook book;
  book.write_program(SmallBook::printed, "");
  check_says(book, name + ":18: figure figures/line.svg is not drawn by the program\n");
}

BOOST_AUTO_TEST_CASE(a_figure_that_is_shown_nowhere_is_found) {
  const SmallBook book;
  book.change_page("![A line](figures/line.svg)", "");
  check_says(book, name + ":25: figure figures/line.svg is shown nowhere\n");
}

BOOST_AUTO_TEST_CASE(a_section_that_is_shown_nowhere_is_found) {
  const SmallBook book;
  book.change_page("<!-- output: end -->\n```text\nanswer: 4.20\n```\n", "");
  check_says(book, name + ":21: the output ## end is shown nowhere\n");
}

BOOST_AUTO_TEST_CASE(markers_that_bind_nothing_are_found) {
  const SmallBook book;
  const auto first = [&book](const std::string& marker) {
    book.write_page(SmallBook::page);
    book.change_page("printed.", "here " + marker);
    return book.weave("check").out;
  };
  const std::string at = name + ":4: ";
  BOOST_TEST(
      first("<!-- picture: sums -->") ==
      at + "<!-- picture: sums -->: unknown marker; there are code, output, recorded and value\n");
  BOOST_TEST(first("<!-- output: summs -->") ==
             at + "<!-- output: summs -->: the program prints no section ## summs\n");
  BOOST_TEST(first("<!-- output: sums -->") ==
             at + "<!-- output: sums -->: no fenced block follows it\n");
  BOOST_TEST(first("<!-- value: answr -->4.20") ==
             at + "<!-- value: answr -->: the program prints no line `answr: ...`\n");
  BOOST_TEST(first("<!-- code: piece.cpp#thrice -->") ==
             at + "<!-- code: piece.cpp#thrice -->: `//! [thrice]` must stand twice in piece.cpp, "
                  "but stands 0 times\n");
  BOOST_TEST(first("<!-- code: piece.cpp -->") ==
             at + "<!-- code: piece.cpp -->: a code marker names a file and a region, "
                  "<file>#<region>\n");
  BOOST_TEST(first("`<!-- picture: sums -->`") == "", "a marker in a code span is none");
}

BOOST_AUTO_TEST_CASE(what_takes_long_is_recorded_with_the_day_and_the_machine) {
  const SmallBook book;
  const std::string shown(SmallBook::printed), note = "(takes long: ./run 01 training shows it)";
  book.write_program(shown + "\n\n## training\n" + note);
  check_says(book, name + ":25: the output ## training is shown nowhere\n");
  book.change_page("[contents]", "<!-- output: training -->\n```text\n```\n[contents]");
  const std::string at = name + ":25: <!-- output: training -->: ";
  check_says(book, at + "the scene takes long: say recorded, and weave record it\n");
  book.change_page("output: training", "recorded: training");
  check_says(book, name +
                       ":25: <!-- recorded: training -->: nothing is recorded below it: weave "
                       "record\n");

  // The scene by itself prints what it computes, and draws a figure.
  book.write_program("## training\nloss: 0.5", "<svg>curve</svg>");
  const Called recorded = weave_with({"record", (book / "chapters/01_first").string(), "training",
                                      "--program", (book / "program").string()});
  BOOST_TEST(recorded.out == "recorded training and 1 figures\n");
  BOOST_TEST(recorded.exit_code == 0);
  const std::string page = book.read_page();
  BOOST_TEST_REQUIRE(page.find("```text\nrecorded 20") != std::string::npos);
  BOOST_TEST(page.find(" threads\nloss: 0.5\n```\n[contents]") != std::string::npos);
  BOOST_TEST(book.read("chapters/01_first/figures/recorded/line.svg") == "<svg>curve</svg>\n");

  // From then on it stays as it is, as long as the program has such a scene.
  book.write_program(shown + "\n\n## training\n" + note);
  BOOST_TEST(book.weave("check").out == "");
  BOOST_TEST(book.weave("update").exit_code == 0);
  BOOST_TEST(book.read_page() == page);
  book.write_program(shown + "\n\n## training\nloss: 0.5");
  check_says(book, name +
                       ":25: <!-- recorded: training -->: the scene does not take long: say "
                       "output\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_recorded_leaves_the_page_as_it_is) {
  const SmallBook book;
  const std::string page = book.read_page();
  for (const char* scene : {"sums", "training"}) {
    const Called called = weave_with({"record", (book / "chapters/01_first").string(), scene,
                                      "--program", (book / "program").string()});
    BOOST_TEST(called.exit_code == 2);
    BOOST_TEST(called.errors.starts_with("error: "));
    BOOST_TEST(called.errors.find(scene) != std::string::npos);
  }
  BOOST_TEST(book.read_page() == page);
}

BOOST_AUTO_TEST_CASE(what_a_program_should_not_print_is_found) {
  const SmallBook book;
  const std::string printed(SmallBook::printed);
  book.write_program("hello" + printed + "\n\n## sums\n\nanswer: 5");
  check_says(book, name +
                       ":3: <!-- value: answer -->: the program prints it more than once: 4.20 "
                       "and 5\n" +
                       name +
                       ":25: the program prints before its first section, where no page can show "
                       "it: hello\n" +
                       name + ":25: the program prints two sections ## sums\n");
  book.write_program("## sums\n1 + 1\nis\ntwo\n## end\nanswer: 4.20", "<svg>\n</svg>", 1);
  check_says(book, name + ":1: the program fails with exit code 1\n");
}

BOOST_AUTO_TEST_CASE(update_mends_what_drifted_and_nothing_else) {
  const SmallBook book;
  book.change_page("return 2 * x;", "return x + x;");
  book.change_page("is\ntwo\n", "");
  book.change_page("-->4.20,", "-->17,");
  book.write("chapters/01_first/figures/line.svg", "<svg/>");
  const Called called = book.weave("update");
  BOOST_TEST(called.out == "refreshed 3 of 4 parts and 1 of 1 figures\n");
  BOOST_TEST(called.exit_code == 0);
  BOOST_TEST(book.read_page() == SmallBook::page);
  BOOST_TEST(book.read("chapters/01_first/figures/line.svg") == "<svg>\n</svg>\n");
}

BOOST_AUTO_TEST_CASE(update_says_what_it_cannot_mend) {
  const SmallBook book;
  book.change_page("<!-- output: end -->\n```text\nanswer: 4.20\n```\n", "");
  const Called called = book.weave("update");
  BOOST_TEST(called.exit_code == 1);
  BOOST_TEST(called.out == "refreshed 0 of 3 parts and 0 of 1 figures\n" + name +
                               ":21: the output ## end is shown nowhere\n");
}

BOOST_AUTO_TEST_CASE(a_block_in_a_list_keeps_its_indentation) {
  const SmallBook book;
  book.change_page("<!-- output: end -->\n```text\nanswer: 4.20\n```\n",
                   "- item\n\n  <!-- output: end -->\n  ```text\n  ```\n");
  BOOST_TEST(book.weave("update").exit_code == 0);
  BOOST_TEST(book.read_page().find("  ```text\n  answer: 4.20\n  ```\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_program_runs_on_the_baseline_instruction_set) {
  const SmallBook book;
  book.write("program", "#!/bin/sh\necho '## sums'; echo $TRANSFORMER_ISA $1; echo '## end'\n");
  BOOST_TEST(book.weave("check").out.find("+ baseline --figures\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_call_are_told_from_drift) {
  using transformer::test::weave_with;
  const SmallBook book;
  const std::string page = (book / "chapters/01_first").string();
  const std::vector<std::vector<std::string>> calls = {
      {},
      {"check"},
      {"bind", page},
      {"check", page, "--program"},
      {"check", page, "--colour"},
      {"update", page},
      {"check", page, "--program", (book / "missing").string()},
      {"check", (book / "missing").string()},
      {"filter", (book / "missing.md").string()}};
  for (const auto& call : calls) {
    const Called called = weave_with(call);
    BOOST_TEST(called.exit_code == 2);
    BOOST_TEST(called.out == "");
    BOOST_TEST(!called.errors.empty());
  }
  BOOST_TEST(weave_with({"--help"}).exit_code == 0);
}
