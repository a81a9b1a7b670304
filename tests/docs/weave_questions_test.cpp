// Questions on a page: choices, one of them right, each with a number that the program printed.
#include <boost/test/unit_test.hpp>

#include "tests/docs/small_book.hpp"

namespace {

using transformer::test::SmallBook;

std::string choice(const std::string& summary, const std::string& answer) {
  return "<details><summary>" + summary + "</summary>\n\n" + answer + "\n\n</details>\n\n";
}

// What the check says about chapter 01 with a question at its begin.
std::string said(const std::string& question) {
  const SmallBook book;
  book.change_page("The answer,", "What is it?\n\n" + question + "The answer,");
  return book.weave("check").out;
}

const std::string value = "<!-- value: answer -->4.20";
const std::string right = choice(value, "Right: that is what it prints.");
const std::string wrong = choice("5", "No: it is " + value + ".");

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_question_with_one_right_choice_passes) {
  BOOST_TEST(said(wrong + right + wrong) == "");
}

BOOST_AUTO_TEST_CASE(of_the_choices_exactly_one_is_right) {
  BOOST_TEST(contains(said(wrong + wrong), "here Right stands 0 times"));
  BOOST_TEST(contains(said(right + right), "here Right stands 2 times"));
  BOOST_TEST(contains(said(right), "a question needs two choices or more"));
}

BOOST_AUTO_TEST_CASE(two_questions_are_two) {
  BOOST_TEST(said(right + wrong + "And what else?\n\n" + wrong + right) == "");
  BOOST_TEST(contains(said(right + wrong + "And what else?\n\n" + wrong + wrong),
                      "here Right stands 0 times"));
}

BOOST_AUTO_TEST_CASE(each_answer_holds_a_number_that_the_program_printed) {
  BOOST_TEST(contains(said(right + choice("5", "No: it is not.")),
                      "the answer holds no value that the program printed"));
  BOOST_TEST(contains(said(right + choice("5", "No: it is <!-- value: answer -->4.3.")),
                      "the page says 4.3, the program prints 4.20"));
  BOOST_TEST(contains(said(wrong + choice("<!-- value: answer -->4.3", "Right: so it is.")),
                      "the page says 4.3, the program prints 4.20"));
}

BOOST_AUTO_TEST_CASE(what_unfolds_need_not_be_a_question) {
  BOOST_TEST(said(choice("More", "Some text.")) == "");
}
