#include "src/book/exercise.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "src/tensor/tensor.hpp"
#include "tests/book/captured_output.hpp"

using namespace transformer;

namespace {

// What a check that makes these comparisons prints.
std::string answer(const std::function<void(Exercise&)>& compare) {
  return test::captured(stdout, [&] {
    Exercise exercise("heads");
    compare(exercise);
    exercise.finish();
  });
}

std::string answer_for(const Matrix& actual, const Matrix& expected) {
  return answer([&](Exercise& exercise) {
    exercise.expect("weights", view_of(actual), view_of(expected), "look at the rows");
  });
}

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

}  // namespace

BOOST_AUTO_TEST_CASE(what_agrees_is_solved_and_gives_exit_code_0) {
  const Matrix matrix = {{1.0f, -infinity}, {0.0f, 2.0f}};
  Exercise exercise("heads");
  int code = -1;
  const std::string text = test::captured(stdout, [&] {
    exercise.expect("weights", view_of(matrix), view_of(matrix), "");
    exercise.expect("sum", 1.0 + 1e-7, 1.0, "");
    exercise.expect("translation", "god", "god", "");
    code = exercise.finish();
  });
  BOOST_TEST(text == "heads: solved\n");
  BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(a_difference_is_counted_and_gives_exit_code_1) {
  Exercise exercise("heads");
  int code = -1;
  const std::string text = test::captured(stdout, [&] {
    exercise.expect("sum", 1.0, 1.0, "");
    exercise.expect("mean", 0.5, 0.25, "by what is the sum divided?");
    code = exercise.finish();
  });
  BOOST_TEST(text ==
             "mean: expected 0.25, found 0.5\n"
             "  by what is the sum divided?\n"
             "heads: 1 of 2 comparisons differ\n");
  BOOST_TEST(code == 1);
}

BOOST_AUTO_TEST_CASE(the_first_place_where_a_matrix_differs_is_told) {
  const std::string text = answer_for({{1.0f, 2.0f}, {3.0f, 5.0f}}, {{1.0f, 2.0f}, {4.0f, 6.0f}});
  BOOST_TEST(text ==
             "weights, row 1, column 0: expected 4, found 3\n  look at the rows\n"
             "heads: 1 of 1 comparisons differ\n");
}

BOOST_AUTO_TEST_CASE(places_are_told_by_their_words) {
  const Matrix actual = {{1.0f, 0.0f}}, expected = {{0.0f, 1.0f}};
  const std::string text = answer([&](Exercise& exercise) {
    exercise.name_places({"ate"}, {"dog", "cat"});
    exercise.expect("weights", view_of(actual), view_of(expected), "");
  });
  BOOST_TEST(text.find("weights, row `ate`, column `dog`: expected 0, found 1\n") == 0u);
}

BOOST_AUTO_TEST_CASE(another_shape_is_a_difference_and_no_number_outside_of_it_is_read) {
  const std::string text = answer_for({{1.0f, 2.0f}}, {{1.0f}, {2.0f}});
  BOOST_TEST(text.find("weights: expected 2 rows and 1 columns, found 1 and 2\n") == 0u);
  const std::string wider = answer_for({{1.0f, 2.0f}}, {{1.0f}});
  BOOST_TEST(wider.find("weights: expected 1 rows and 1 columns, found 1 and 2\n") == 0u);
}

BOOST_AUTO_TEST_CASE(nan_is_never_right) {
  BOOST_TEST(answer_for({{not_a_number}}, {{1.0f}}).find("found nan") != std::string::npos);
  BOOST_TEST(answer_for({{not_a_number}}, {{not_a_number}}).find("found nan") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(numbers_that_look_alike_are_told_with_more_digits) {
  const std::string text =
      answer([](Exercise& exercise) { exercise.expect("sum", 1.00003, 1.0, ""); });
  BOOST_TEST(text.find("sum: expected 1, found 1.00003\n") == 0u);
}

BOOST_AUTO_TEST_CASE(text_is_told_in_its_letters) {
  const std::string text = answer([](Exercise& exercise) {
    exercise.expect("translation of `dog`", "ged", "god", "read it backwards");
  });
  BOOST_TEST(text.find("translation of `dog`: expected `god`, found `ged`\n"
                       "  read it backwards\n") == 0u);
}

BOOST_AUTO_TEST_CASE(a_likely_mistake_is_recognized_by_its_result) {
  const auto told = [](double found) {
    return answer([&](Exercise& exercise) {
      exercise.expect("mean", found, 2.0, {{3.0, "the sum of all"}, {4.0, "squared"}}, "divide");
    });
  };
  BOOST_TEST(told(3.0).find("  the sum of all\n") != std::string::npos);
  BOOST_TEST(told(4.0).find("  squared\n") != std::string::npos);
  BOOST_TEST(told(5.0).find("  divide\n") != std::string::npos);
  BOOST_TEST(told(2.0) == "heads: solved\n");
}

BOOST_AUTO_TEST_CASE(a_mistake_in_a_matrix_is_recognized_where_all_its_numbers_agree) {
  const Matrix expected = {{1.0f, 2.0f}}, swapped = {{2.0f, 1.0f}};
  const auto told = [&](const Matrix& found) {
    return answer([&](Exercise& exercise) {
      exercise.expect("y", view_of(found), view_of(expected),
                      {{view_of(swapped), "the columns are swapped"}}, "think again");
    });
  };
  BOOST_TEST(told(swapped).find("  the columns are swapped\n") != std::string::npos);
  BOOST_TEST(told({{2.0f, 2.0f}}).find("  think again\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_mistake_in_a_text_is_recognized) {
  const std::string text = answer([](Exercise& exercise) {
    exercise.expect("first word", "</s>", "god", {{"</s>", "the end comes last"}});
  });
  BOOST_TEST(text.find("  the end comes last\n") != std::string::npos);
}
