// What the HTML book knows about itself: pages, sections, names and symbols.
#include <boost/test/unit_test.hpp>

#include "tests/docs/small_book.hpp"

namespace {

using transformer::test::Called;
using transformer::test::SmallBook;
using transformer::test::weave_with;

std::string told(const SmallBook& book, const std::string& what,
                 const std::vector<std::string>& files) {
  std::vector<std::string> arguments = {what, "--root", (book / "").string()};
  for (const std::string& file : files) arguments.push_back((book / file).string());
  const Called called = weave_with(arguments);
  BOOST_TEST(called.exit_code == 0);
  BOOST_TEST(called.errors == "");
  return called.out;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_contents_list_pages_by_group_with_titles_and_minutes) {
  const SmallBook book;
  book.write("docs/start.md", "# Before\n");
  std::string long_text;
  for (int i = 0; i < 450; ++i) long_text += "word ";
  book.write("docs/notes.md", "# Notes *here*\n\n" + long_text + "\n");
  BOOST_TEST(told(book, "contents",
                  {"README.md", "docs/start.md", "chapters/01_first", "docs/notes.md"}) ==
             "<ul>\n<li><a href=\"index.html\" data-minutes=\"1\">Contents</a></li>\n"
             "<li><a href=\"start.html\" data-minutes=\"1\">Before</a></li>\n</ul>\n"
             "<p>Chapters</p>\n<ul>\n"
             "<li><a href=\"chapter_01_first.html\" data-minutes=\"1\">1. First</a></li>\n</ul>\n"
             "<p>Notes</p>\n<ul>\n"
             "<li><a href=\"notes.html\" data-minutes=\"3\">Notes here</a></li>\n</ul>\n");
}

BOOST_AUTO_TEST_CASE(each_section_is_found_by_what_a_reader_sees_of_it) {
  const SmallBook book;
  book.write_page(
      "# 1. First\n\nThe *answer*, <!-- value: answer -->4.20, is `here`.\n\n## Why $x$?\n\n"
      "See [the \"other\"](../02_second) for $\\sqrt{d_k}$.\n\n```cpp\nint code;\n```\n");
  const std::string text = told(book, "sections", {"chapters/01_first"});
  BOOST_TEST(contains(text,
                      "[\"chapter_01_first.html\",\"1. First\",\"1. First\",\" The answer, "
                      "4.20, is here."));
  BOOST_TEST(contains(text,
                      "[\"chapter_01_first.html#chapter_01_first-why-x\",\"1. First\",\"Why "
                      "x?\",\" See the \\\"other\\\" for"));
  BOOST_TEST(contains(text, "sqrt d_k"));
  BOOST_TEST(!contains(text, "int code"));
}

BOOST_AUTO_TEST_CASE(symbols_and_names_get_their_meaning) {
  const SmallBook book;
  book.write("docs/notation.md",
             "# N\n\n| symbol | meaning | C++ name | shape |\n|---|---|---|---|\n"
             "| $W_1, b_1$ | first *step* | `w_1`, `b_1` | `(1)` |\n| | rows | `n_rows` | |\n");
  BOOST_TEST(told(book, "symbols", {"docs/notation.md"}) ==
             "book.symbols = [\n[\"W_1\",\"\",\"first step\"],\n[\"b_1\",\"\",\"first step\"],\n"
             "[\"\",\"w_1\",\"first step\"],\n[\"\",\"b_1\",\"first step\"],\n"
             "[\"\",\"n_rows\",\"rows\"],\n];\n");
}

BOOST_AUTO_TEST_CASE(names_of_the_code_come_from_a_tag_file) {
  const SmallBook book;
  book.write("book.tag",
             "<tagfile>\n  <compound kind=\"class\">\n    <name>a::B</name>\n"
             "    <filename>classB.html</filename>\n    <member kind=\"function\">\n"
             "      <name>run</name>\n      <anchorfile>classB.html</anchorfile>\n"
             "      <anchor>a12</anchor>\n    </member>\n  </compound>\n"
             "  <compound kind=\"page\">\n    <name>index</name>\n"
             "    <filename>index.html</filename>\n  </compound>\n</tagfile>\n");
  BOOST_TEST(told(book, "names", {"book.tag"}) ==
             "book.names = [\n[\"a::B\",\"class\",\"\",\"classB.html\"],\n"
             "[\"run\",\"function\",\"a::B\",\"classB.html#a12\"],\n];\n");
}
