// What is wrong with a page whatever its program prints: formulas, links, the chain of chapters.
#include <boost/test/unit_test.hpp>

#include "tests/docs/small_book.hpp"

namespace {

using transformer::test::SmallBook;
using transformer::test::weave_with;

// What the check says about a page of the folder docs that holds `text`.
std::string said(const std::string& text) {
  const SmallBook book;
  book.write("docs/other.md", "# Other\n\n## Two words, `code`\n\n## Same\n\n## Same\n");
  book.write("src/piece.cpp", "one\ntwo\n");
  book.write("docs/page.md", text);
  return weave_with({"check", (book / "docs/page.md").string()}).out;
}

// The first thing it says, which must be about the line.
std::string said_on(int line, const std::string& text) {
  const std::string all = said(text), place = "docs/page.md:" + std::to_string(line) + ": ";
  if (!all.starts_with(place)) return "elsewhere: " + all;
  return all.substr(place.size(), all.find('\n') - place.size());
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_page_that_is_not_utf8_is_refused_with_its_line) {
  const SmallBook book;
  book.write("docs/page.md", "# Title\n\n## Caf\xE9\n");
  const auto result = weave_with({"check", (book / "docs/page.md").string()});
  BOOST_TEST(result.exit_code != 0);
  BOOST_TEST(contains(result.errors, "docs/page.md:3: not UTF-8; save the page as that"),
             result.errors);
}

BOOST_AUTO_TEST_CASE(simple_formulas_pass) {
  const char* good[] = {"$x$",
                        "($d_k$, $d_{model}$)",
                        "$\\mathrm{softmax}(QK^T / \\sqrt{d_k})$",
                        "$$a_1 + b_2$$",
                        "$a_i$ and $b_i$",
                        "`$` costs \\$5",
                        "$a < b$",
                        "| $x_1$ | $x_2$ |",
                        "```math\na * b * c \\, \\{\n```",
                        "    $ in code $x"};
  for (const char* text : good) BOOST_TEST(said(std::string("# T\n\n") + text + "\n") == "");
}

BOOST_AUTO_TEST_CASE(formulas_that_a_host_would_mangle_are_found) {
  BOOST_TEST(contains(said_on(3, "# T\n\n$a *b* c$\n"), "formula $a *b* c$: hosts take *"));
  BOOST_TEST(contains(said_on(1, "$a \\, b$\n"), "hosts drop the backslash of \\,"));
  BOOST_TEST(contains(said_on(1, "$\\{a\\}$\n"), "hosts drop the backslash of \\{"));
  BOOST_TEST(contains(said_on(1, "$a<b$\n"), "hosts take <b for an element"));
  BOOST_TEST(contains(said_on(1, "$ a $\n"), "a blank beside a $"));
  BOOST_TEST(contains(said_on(1, "| $|x|$ |\n"), "a bar ends the cell"));
  BOOST_TEST(contains(said_on(1, "$\\hat{x}_i + y_{j}$\n"), "for emphasis"));
  BOOST_TEST(contains(said_on(2, "one\n$\\hat{x}_i$ and\n$y_{j}$\n"), "for emphasis"));
  BOOST_TEST(said("$\\hat{x}_i$ alone\n\n$y_{j}$ in a paragraph of its own\n") == "");
  BOOST_TEST(said_on(2, "\nfor $5 each\n") == "$ has no partner on its line");
  BOOST_TEST(said_on(2, "\n$$\na\n$$\n") == "$$ has no partner on its line");
}

BOOST_AUTO_TEST_CASE(what_the_html_book_would_lose_is_found) {
  BOOST_TEST(contains(said_on(2, "\n<details>\n"), "the HTML book loses this <details>"));
  BOOST_TEST(contains(said_on(1, "<details><summary>x</summary>\ntext\n</details>\n"),
                      "the HTML book loses this <details>"));
  BOOST_TEST(said_on(2, "\na note[^1]\n") == "the HTML book loses footnotes");
  BOOST_TEST(said_on(2, "\n> [!NOTE]\n") == "the HTML book loses alerts");
  BOOST_TEST(said_on(2, "\n- [ ] to do\n") == "the HTML book loses task lists");
  BOOST_TEST(said_on(2, "\n| `a | b` | c |\n") == "a bar in code ends the cell of a table");
  BOOST_TEST(said_on(3, "\n\n```cpp\nint x;\n") == "the fence stays open");
}

BOOST_AUTO_TEST_CASE(a_line_that_begins_with_a_comment_and_goes_on_is_found) {
  BOOST_TEST(contains(said_on(2, "one\n<!-- value: x -->1 and *two*\n"), "begins with a comment"));
  BOOST_TEST(contains(said_on(1, "> <!-- value: x -->1\n"), "begins with a comment"));
  BOOST_TEST(contains(said_on(1, "- <!-- value: x -->1\n"), "begins with a comment"));
  BOOST_TEST(!contains(said("one is <!-- value: x -->1\n\n<!-- output: x -->\n```text\n```\n"),
                       "begins with a comment"));
}

BOOST_AUTO_TEST_CASE(headings_have_the_anchors_that_hosts_give_them) {
  const std::string page =
      "# Title\n\n"
      "[a](#\u00FCbersicht) [b](#1-2) [c](#x--y) [d](#read-the-manual) [e](#errors-1-1)\n"
      "[f](#code-span) [g](#snake_case) [h](#says-who) [i](#\u00E9lan-vital) [j](#setext-heading)\n"
      "\n## \u00DCbersicht\n\n## \u00C9lan vital\n\n## 1, 2\n\n## X \u2014 Y\n"
      "\n## Read [the manual](https://example.org/m)\n"
      "\n## Errors\n\n## Errors\n\n## Errors-1\n\n## `code` span\n\n## Snake_case\n"
      "\n## Says \u201Cwho\u201D\n\nSetext heading\n--------------\n";
  BOOST_TEST(said(page) == "");
}

BOOST_AUTO_TEST_CASE(links_that_lead_somewhere_pass) {
  const char* good[] = {"[a](other.md)",
                        "[a](../README.md#the-chapters)",
                        "[a](#t)",
                        "[a](../chapters/01_first)",
                        "[a](../chapters/01_first/#1-first)",
                        "[`a`](other.md#two-words-code)",
                        "[a](other.md#same-1)",
                        "[a](https://example.org/x#y)",
                        "[a](../src/piece.cpp#L2)",
                        "![a](../chapters/01_first/figures/line.svg \"Title\")",
                        "`[a](nowhere.md)`",
                        "```text\n[a](nowhere.md)\n```",
                        "<img src=\"../chapters/01_first/figures/line.svg\">"};
  for (const char* text : good) BOOST_TEST(said(std::string("# T\n\n") + text + "\n") == "");
}

BOOST_AUTO_TEST_CASE(links_that_dangle_are_found) {
  BOOST_TEST(said_on(3, "# T\n\nsee [a](nowhere.md)\n") ==
             "link nowhere.md leads nowhere: there is no nowhere.md");
  BOOST_TEST(said_on(1, "[`a`](other.md#three)\n") ==
             "link other.md#three leads nowhere: no heading has the anchor #three");
  BOOST_TEST(said_on(1, "[a](other.md#same-2)\n") ==
             "link other.md#same-2 leads nowhere: no heading has the anchor #same-2");
  BOOST_TEST(said_on(1, "[a](#nothing)\n") ==
             "link #nothing leads nowhere: no heading has the anchor #nothing");
  BOOST_TEST(said_on(1, "[a](../src/piece.cpp#L3)\n") ==
             "link ../src/piece.cpp#L3 leads nowhere: the file has no line 3");
  BOOST_TEST(said_on(1, "[a](../src/piece.cpp#two)\n") ==
             "link ../src/piece.cpp#two has an anchor, but its target is no page");
  BOOST_TEST(said_on(2, "[a\nb](x.md)\n") == "link x.md leads nowhere: there is no x.md");
  BOOST_TEST(said_on(1, "[a](../../x)\n") == "link ../../x leads out of the project");
  BOOST_TEST(said_on(1, "![a](x.svg)\n") == "image x.svg leads nowhere: there is no x.svg");
  BOOST_TEST(said_on(1, "![a](../src)\n") == "image ../src is no picture: ../src");
  BOOST_TEST(said_on(2, "\n<a href=\"x.md\">x</a>\n") ==
             "link x.md leads nowhere: there is no x.md");
}

BOOST_AUTO_TEST_CASE(the_chain_of_chapters_must_hold) {
  const SmallBook book;
  book.change_page(" | [next](../02_second/README.md)", "");
  BOOST_TEST(book.weave("check").out ==
             "chapters/01_first/README.md:25: the last line of the page must be "
             "[contents](../../README.md) | [next](../02_second/README.md)\n");
  // A chapter that comes between the two changes the neighbours of both.
  book.write_page(SmallBook::page);
  std::filesystem::create_directories(book / "chapters/01_gap");
  BOOST_TEST(contains(book.weave("check").out, "| [next](../01_gap/README.md)"));
  const std::string second = (book / "chapters/02_second/README.md").string();
  BOOST_TEST(weave_with({"check", second}).out ==
             "chapters/02_second/README.md:1: the last line of the page must be "
             "[previous](../01_gap/README.md) | [contents](../../README.md)\n");
  // So does a page that follows its chapter, which has its number and a letter.
  std::filesystem::create_directories(book / "chapters/01b_after");
  BOOST_TEST(contains(weave_with({"check", second}).out, "[previous](../01b_after/README.md)"));
}
