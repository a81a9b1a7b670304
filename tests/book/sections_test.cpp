#include "src/book/sections.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "src/base/error.hpp"
#include "src/tensor/tensor.hpp"
#include "tests/book/captured_output.hpp"

using namespace transformer;
using test::captured;

BOOST_AUTO_TEST_CASE(numbers_have_fixed_digits_and_zero_has_no_sign) {
  BOOST_TEST(number_text(1.7320508, 3) == "1.732");
  BOOST_TEST(number_text(64.02, 2) == "64.02");
  BOOST_TEST(number_text(-0.0004, 3) == "0.000");
  BOOST_TEST(number_text(-0.0006, 3) == "-0.001");
  BOOST_TEST(number_text(-0.0, 0) == "0");
  BOOST_TEST(number_text(-0.4, 0) == "0");
  BOOST_TEST(number_text(-10.0, 1) == "-10.0");
  BOOST_TEST(number_text(-std::numeric_limits<double>::infinity()) == "-inf");
}

BOOST_AUTO_TEST_CASE(a_section_opens_with_its_name_alone_on_a_line) {
  BOOST_TEST(captured(stdout, [] { section("scores"); }) == "\n## scores\n");
}

BOOST_AUTO_TEST_CASE(values_stand_after_their_names) {
  const std::string text = captured(stdout, [] {
    value("variance_64", 64.017);
    value("n_parameters", Index{65'000'000});
    value("norm", 1.7320508, 3);
  });
  BOOST_TEST(text == "variance_64: 64.02\nn_parameters: 65000000\nnorm: 1.732\n");
}

BOOST_AUTO_TEST_CASE(a_matrix_is_aligned_under_its_labels) {
  const Matrix matrix = {{1.0f, -12.5f}, {-0.0001f, 0.25f}};
  const MatrixStyle style{.row_labels = {"é", "dog"}, .column_labels = {"the", "a"}, .digits = 2};
  const std::string expected =
      "        the       a\n"
      "é      1.00  -12.50\n"
      "dog    0.00    0.25\n";
  BOOST_TEST(matrix_text(view_of(matrix), style) == expected);
}

BOOST_AUTO_TEST_CASE(a_matrix_without_labels_begins_at_the_margin) {
  const Matrix matrix = {{1.0f, 2.0f}};
  BOOST_TEST(captured(stdout, [&] { print_matrix("q", view_of(matrix), {.digits = 1}); }) ==
             "q  (1, 2)\n1.0  2.0\n");
}

BOOST_AUTO_TEST_CASE(a_table_has_its_first_column_at_the_left) {
  const std::vector<TableRow> rows = {{"naive", "1.2"}, {"blocked", "10.5"}};
  const std::string expected =
      "loop     GFLOP/s\n"
      "-------  -------\n"
      "naive        1.2\n"
      "blocked     10.5\n";
  BOOST_TEST(table_text({"loop", "GFLOP/s"}, rows) == expected);
}

BOOST_AUTO_TEST_CASE(a_row_without_words_leaves_no_blanks) {
  const std::vector<TableRow> rows = {{"", ""}, {"a", ""}};
  BOOST_TEST(table_text({"", ""}, rows) ==
             "\n"
             "-\n"
             "\n"
             "a\n");
}

BOOST_AUTO_TEST_CASE(labels_and_rows_that_do_not_fit_are_refused) {
  const Matrix matrix = {{1.0f, 2.0f}};
  BOOST_CHECK_THROW(matrix_text(view_of(matrix), {.row_labels = {"a", "b"}}), Error);
  BOOST_CHECK_THROW(matrix_text(view_of(matrix), {.column_labels = {"a"}}), Error);
  const std::vector<TableRow> rows = {{"one"}};
  BOOST_CHECK_THROW(table_text({"a", "b"}, rows), Error);
}
