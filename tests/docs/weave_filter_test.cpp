// What Doxygen reads in the place of a page and of a source.
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "tests/docs/small_book.hpp"

namespace {

using transformer::test::Called;
using transformer::test::SmallBook;
using transformer::test::weave_with;

std::string filtered(const SmallBook& book, const std::string& name) {
  const Called called = weave_with({"filter", (book / name).string()});
  BOOST_TEST(called.exit_code == 0);
  return called.out;
}

// What becomes of a line on the page of chapter 01.
std::string becomes(const std::string& line) {
  const SmallBook book;
  book.write("docs/notes.md", "# Notes\n");
  book.write_page(line + "\n");
  const std::string text = filtered(book, "chapters/01_first/README.md");
  BOOST_TEST(text.back() == '\n');
  return text.substr(0, text.size() - 1);
}

}  // namespace

BOOST_AUTO_TEST_CASE(formulas_become_commands) {
  BOOST_TEST(becomes("for $x_1$ and $y$,") == "for \\f$x_1\\f$ and \\f$y\\f$,");
  BOOST_TEST(becomes("$$a + b$$") == "\\f[a + b\\f]");
  BOOST_TEST(becomes("| $x$ | `$y$` |") == "| \\f$x\\f$ | `$y$` |");
  BOOST_TEST(becomes("```math\na\n```") == "\\f[\na\n\\f]");
  BOOST_TEST(becomes("```text\n$x$\n```") == "```text\n$x$\n```");
}

BOOST_AUTO_TEST_CASE(headings_get_labels) {
  BOOST_TEST(becomes("# 1. First\n\n## So it is") ==
             "# 1.\u00a0First {#chapter_01_first}\n\n## So it is {#chapter_01_first-so-it-is}");
  const SmallBook book;
  BOOST_TEST(filtered(book, "README.md") == "# A book\n\n## The chapters {#index-the-chapters}\n");
}

BOOST_AUTO_TEST_CASE(a_page_of_several_sections_gets_a_table_of_contents) {
  BOOST_TEST(
      becomes("# T\n\n## A\n## B\n## C").starts_with("# T {#chapter_01_first}\n[TOC]\n## A"));
  BOOST_TEST(becomes("# T\n\n## A\n## B").starts_with("# T {#chapter_01_first}\n\n## A"));
}

BOOST_AUTO_TEST_CASE(links_become_references) {
  BOOST_TEST(becomes("[a](../02_second/README.md)") == "[a](@ref chapter_02_second)");
  BOOST_TEST(becomes("[a](../02_second) b") == "[a](@ref chapter_02_second) b");
  BOOST_TEST(becomes("[a](../02_second/README.md#two)") == "[a](@ref chapter_02_second-two)");
  BOOST_TEST(becomes("[a](../../README.md)") == "[a](@ref index)");
  BOOST_TEST(becomes("[a](../../docs/notes.md)") == "[a](@ref notes)");
  BOOST_TEST(becomes("[a](#b)") == "[a](@ref chapter_01_first-b)");
  BOOST_TEST(becomes("[`a`](piece.cpp)") == "[a](@ref chapters/01_first/piece.cpp)");
  BOOST_TEST(becomes("[a](https://b.org/c)") == "[a](https://b.org/c)");
  BOOST_TEST(becomes("see [a\nb](#c) and [d](#e)") ==
             "see \n[a b](@ref chapter_01_first-c) and [d](@ref chapter_01_first-e)");
}

BOOST_AUTO_TEST_CASE(links_to_what_is_not_in_the_book_become_text) {
  BOOST_TEST(becomes("see [the `script`](../../run), [a](piece.cpp)") ==
             "see the `script`, [a](@ref chapters/01_first/piece.cpp)");
  const SmallBook book;
  std::filesystem::create_directories(book / "chapters/01_first/exercises");
  book.write("chapters/01_first/exercises/one.cpp", "");
  book.write_page("([solution](exercises/one.cpp)) `exercises/one.cpp`\n");
  BOOST_TEST(filtered(book, "chapters/01_first/README.md") == "(solution) `exercises/one.cpp`\n");
}

BOOST_AUTO_TEST_CASE(the_list_of_chapters_names_them) {
  const SmallBook book;
  book.write("README.md", "# A book\n\n| [02](chapters/02_second) | [b](chapters/02_second) |\n");
  BOOST_TEST(filtered(book, "README.md") ==
             "# A book\n\n| [2. Second](@ref chapter_02_second) | [b](@ref chapter_02_second) |\n");
  BOOST_TEST(becomes("chapter [02](../02_second)") == "chapter [02](@ref chapter_02_second)");
}

BOOST_AUTO_TEST_CASE(names_of_sources_lead_to_them) {
  BOOST_TEST(becomes("| `piece.cpp` | x |") ==
             "| [piece.cpp](@ref chapters/01_first/piece.cpp) | x |");
  BOOST_TEST(becomes("in `chapters/01_first/piece.cpp`.") ==
             "in [chapters/01_first/piece.cpp](@ref chapters/01_first/piece.cpp).");
  BOOST_TEST(becomes("`nowhere.cpp`, `./run 01`") == "`nowhere.cpp`, `./run 01`");
  BOOST_TEST(
      becomes("## The file `piece.cpp`").starts_with("## The file `piece.cpp` {#chapter_01_first"));
  const SmallBook book;
  book.write("chapters/01_first/piece.hpp", "");
  book.write_page("`piece.hpp`, `.cpp`\n");
  BOOST_TEST(filtered(book, "chapters/01_first/README.md") ==
             "[piece.hpp](@ref chapters/01_first/piece.hpp), "
             "[.cpp](@ref chapters/01_first/piece.cpp)\n");
}

BOOST_AUTO_TEST_CASE(code_with_an_apostrophe_is_no_quotation) {
  BOOST_TEST(becomes("| `la fille n' est` | `j' aime` y |") ==
             "| ``la fille n' est`` | ``j' aime`` y |");
  BOOST_TEST(becomes("``n' est`` and `x`") == "``n' est`` and `x`");
  BOOST_TEST(becomes("    code `n' est`") == "    code `n' est`");
}

BOOST_AUTO_TEST_CASE(emphasis_ends_where_it_ends_whatever_it_holds) {
  BOOST_TEST(becomes("**Must $d_v$ be equal?** No.") == "<b>Must \\f$d_v\\f$ be equal?</b> No.");
  BOOST_TEST(becomes("an *idea* of\n**two\nlines**") == "an <em>idea</em> of\n<b>two\nlines</b>");
  BOOST_TEST(becomes("* item\n* 2 * 3") == "* item\n* 2 * 3");
  BOOST_TEST(becomes("`a*b*c` and \\*x\\*") == "`a*b*c` and \\*x\\*");
}

BOOST_AUTO_TEST_CASE(code_and_output_are_framed_and_code_names_its_source) {
  BOOST_TEST(becomes("<!-- code: piece.cpp#twice -->\n```cpp\nx\n```\n\nText") ==
             "<div class=\"listing\"><div class=\"caption\">"
             "[piece.cpp](@ref chapters/01_first/piece.cpp)</div>\n```cpp\nx\n```\n</div>\nText");
  BOOST_TEST(becomes("<!-- output: sums -->\n```text\nx\n```\n\nText") ==
             "<div class=\"output\">\n```text\nx\n```\n</div>\nText");
  // Where no line is free for the end of the frame there is none.
  BOOST_TEST(becomes("<!-- output: sums -->\n```text\nx\n```\nText") == "\n```text\nx\n```\nText");
}

BOOST_AUTO_TEST_CASE(choices_reach_the_book_and_know_whether_they_are_right) {
  const std::string page =
      "<details><summary><!-- value: answer -->4.20</summary>\n\nRight: it *is*.\n\n</details>\n\n"
      "<details><summary>5</summary>\n\nNo: <!-- value: answer -->4.20.\n\n</details>\n\n"
      "<details><summary>More</summary>\n\nText\n\n</details>";
  BOOST_TEST(
      becomes(page) ==
      "@htmlonly[block]<details class=\"choice right\"><summary>4.20</summary>@endhtmlonly\n\n"
      "Right: it <em>is</em>.\n\n@htmlonly[block]</details>@endhtmlonly\n\n"
      "@htmlonly[block]<details class=\"choice wrong\"><summary>5</summary>@endhtmlonly\n\n"
      "No: 4.20.\n\n@htmlonly[block]</details>@endhtmlonly\n\n"
      "@htmlonly[block]<details><summary>More</summary>@endhtmlonly\n\n"
      "Text\n\n@htmlonly[block]</details>@endhtmlonly");
}

BOOST_AUTO_TEST_CASE(images_are_named_from_the_root) {
  BOOST_TEST(becomes("![A line](figures/line.svg)") ==
             "![A line](chapters/01_first/figures/line.svg)");
}

BOOST_AUTO_TEST_CASE(the_chain_of_chapters_gets_a_frame) {
  BOOST_TEST(becomes("End.\n\n[contents](../../README.md) | [next](../02_second/README.md)") ==
             "End.\n\n<div class=\"chain\">[contents](@ref index) "
             "[next](@ref chapter_02_second)</div>");
}

BOOST_AUTO_TEST_CASE(markers_are_left_out) {
  BOOST_TEST(becomes("is <!-- value: x -->4.2, or") == "is 4.2, or");
}

BOOST_AUTO_TEST_CASE(every_line_keeps_its_number) {
  const SmallBook book;
  for (const char* name : {"chapters/01_first/README.md", "chapters/01_first/piece.cpp"}) {
    const std::string before = book.read(name), after = filtered(book, name);
    BOOST_TEST(std::count(after.begin(), after.end(), '\n') ==
               std::count(before.begin(), before.end(), '\n'));
  }
}

BOOST_AUTO_TEST_CASE(sources_lose_the_marks_of_regions) {
  const SmallBook book;
  BOOST_TEST(filtered(book, "chapters/01_first/piece.cpp") ==
             "int zero();\n\n  int twice(int x) {\n    return 2 * x;\n  }\n\n");
}

BOOST_AUTO_TEST_CASE(the_opening_comment_of_a_source_documents_the_file) {
  const SmallBook book;
  book.write("src/piece.hpp", "// What is\n// here.\n\n// not this\nint x;\n");
  BOOST_TEST(filtered(book, "src/piece.hpp") ==
             "/// What is\n/// here. @file\n\n// not this\nint x;\n");
}

BOOST_AUTO_TEST_CASE(what_a_source_keeps_to_itself_is_hidden) {
  const SmallBook book;
  book.write("src/piece.cpp", "namespace {\nint x;\n}  // namespace\n");
  BOOST_TEST(filtered(book, "src/piece.cpp") ==
             "namespace { /** @cond */\nint x;\n/** @endcond */ }\n");
}

BOOST_AUTO_TEST_CASE(documentation_of_a_source_has_no_lists_by_accident) {
  const SmallBook book;
  book.write("src/piece.hpp", "/// A row sums to\n/// 1. Or 2.5.\n");
  BOOST_TEST(filtered(book, "src/piece.hpp") == "/// A row sums to\n/// 1\\. Or 2.5.\n");
}

BOOST_AUTO_TEST_CASE(documentation_of_a_source_has_no_elements_and_commands) {
  const SmallBook book;
  book.write("src/piece.hpp", "/// Ends with </s>.\nbool b = 1 < 2;  ///< `a<b>`.\n");
  BOOST_TEST(filtered(book, "src/piece.hpp") ==
             "/// Ends with &lt;/s>.\nbool b = 1 < 2;  ///< `a&lt;b>`.\n");
  book.write("src/piece.hpp", "int x;  ///< As in C++ (\\x1B), `\\u00E9`.\n");
  BOOST_TEST(filtered(book, "src/piece.hpp") == "int x;  ///< As in C++ (\\\\x1B), `\\u00E9`.\n");
}
