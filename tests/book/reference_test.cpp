#include "src/book/reference.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "src/base/error.hpp"
#include "tests/book/captured_output.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;
using test::captured;

namespace {

/// A small file of references, and what a check says about it.
struct Example {
  test::TemporaryFolder folder;
  std::filesystem::path file = folder / "04_example.safetensors";
  std::vector<double> x = {1, 2, 3, 4}, y = {10, 20, 30, 40}, w = {0.5, -0.5};
  std::vector<std::int64_t> tokens = {3, 1, 2};

  Example() {
    TensorFileWriter writer;
    writer.add<double>("x", {2, 2}, x);
    writer.add<double>("outputs/y", {2, 2}, y);
    writer.add<std::int64_t>("tokens", {3}, tokens);
    writer.add<double>("parameters/layer.w", {2}, w);
    writer.write(file);
  }

  // Computes y = 10 x, with `error` added to one element, and gives the verdict and its exit code.
  std::pair<std::string, int> verdict(float error) const {
    ReferenceCheck check(file);
    Matrix result = check.input("x") * 10.0f;
    result(1, 0) += error;
    check.tokens("tokens");
    ParameterStore store(1);
    store.add("layer.w", 1, 2, Initial::ones());
    check.load_values(store);
    check.compare("outputs/y", view_of(std::as_const(result)));
    return verdict_of(check);
  }

  static std::pair<std::string, int> verdict_of(ReferenceCheck& check) {
    int code = -1;
    const std::string text = captured(stdout, [&] { code = check.finish(); });
    return {text, code};
  }
};

bool is_bad_data(const Error& error) { return error.code() == ExitCode::bad_data; }

}  // namespace

BOOST_AUTO_TEST_CASE(equal_arrays_are_ok) {
  const auto [text, code] = Example().verdict(0.0f);
  BOOST_TEST(text == "reference: 1 arrays, largest difference 0.0e+00 (tolerance 1e-05): ok\n");
  BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(a_difference_within_the_tolerance_is_shown) {
  // 2^-13 = 0.000122 beside 30 is 3.9e-06 of 1 + 30.
  const auto [text, code] = Example().verdict(0x1p-13f);
  BOOST_TEST(text == "reference: 1 arrays, largest difference 3.9e-06 (tolerance 1e-05): ok\n");
  BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(a_difference_names_array_element_and_both_numbers) {
  const auto [text, code] = Example().verdict(0.5f);
  BOOST_TEST(text == "reference: outputs/y at (1, 0): expected 30, found 30.5 (tolerance 1e-05)\n");
  BOOST_TEST(code == 1);
}

BOOST_AUTO_TEST_CASE(what_is_not_a_number_never_passes) {
  const auto [text, code] = Example().verdict(std::numeric_limits<float>::quiet_NaN());
  BOOST_TEST(text == "reference: outputs/y at (1, 0): expected 30, found nan (tolerance 1e-05)\n");
  BOOST_TEST(code == 1);
}

BOOST_AUTO_TEST_CASE(an_array_that_nobody_looks_at_fails_the_check) {
  const Example example;
  ReferenceCheck check(example.file);
  check.input("x");
  check.input("parameters/layer.w");
  const Matrix y = {{10.0f, 20.0f}, {30.0f, 40.0f}};
  check.compare("outputs/y", view_of(y));
  const auto [text, code] = Example::verdict_of(check);
  BOOST_TEST(text == "reference: tokens of 04_example.safetensors was neither read nor compared\n");
  BOOST_TEST(code == 1);
}

BOOST_AUTO_TEST_CASE(a_check_that_compares_nothing_fails) {
  const Example example;
  ReferenceCheck check(example.file);
  for (const char* name : {"x", "outputs/y", "parameters/layer.w"}) check.input(name);
  check.tokens("tokens");
  const auto [text, code] = Example::verdict_of(check);
  BOOST_TEST(text == "reference: nothing was compared with 04_example.safetensors\n");
  BOOST_TEST(code == 1);
}

BOOST_AUTO_TEST_CASE(a_wrong_shape_fails_the_check) {
  const Example example;
  ReferenceCheck check(example.file);
  for (const char* name : {"x", "parameters/layer.w"}) check.input(name);
  check.tokens("tokens");
  const Matrix y = {{10.0f, 20.0f, 30.0f, 40.0f}};
  check.compare("outputs/y", view_of(y));
  const auto [text, code] = Example::verdict_of(check);
  BOOST_TEST(text == "reference: outputs/y is (1, 4), expected (2, 2)\n");
  BOOST_TEST(code == 1);
}

BOOST_AUTO_TEST_CASE(inputs_come_as_they_are_stored) {
  const Example example;
  ReferenceCheck check(example.file);
  BOOST_TEST(check.input("x")(1, 0) == 3.0f);
  BOOST_TEST(check.input("parameters/layer.w").shape(0) == 1u);
  const std::vector<TokenId> tokens = {3, 1, 2};
  BOOST_TEST(check.tokens("tokens") == tokens);
  BOOST_TEST(check.offsets("tokens")[2] == 2);
}

BOOST_AUTO_TEST_CASE(tokens_must_be_equal) {
  const Example example;
  ReferenceCheck check(example.file, 10.0);
  const std::vector<TokenId> tokens = {3, 1, 1};
  for (const char* name : {"x", "outputs/y", "parameters/layer.w"}) check.input(name);
  check.compare("tokens", tokens);
  const auto [text, code] = Example::verdict_of(check);
  BOOST_TEST(text == "reference: tokens at (0, 2): expected 2, found 1\n");
  BOOST_TEST(code == 1);
}

BOOST_AUTO_TEST_CASE(parameters_are_set_and_compared_by_path) {
  const Example example;
  ReferenceCheck check(example.file);
  ParameterStore store(1);
  store.add("layer.w", 1, 2, Initial::ones());
  check.load_values(store);
  BOOST_TEST(store.at("layer.w").value()(0, 1) == -0.5f);
  store.at("layer.w").value()(0, 1) = 0.5f;
  check.compare_values(store, "parameters/");
  BOOST_TEST(check.largest_difference() == 1.0 / 1.5, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(check.largest_difference_in() == "parameters/layer.w");
}

BOOST_AUTO_TEST_CASE(what_the_file_does_not_have_is_an_error) {
  const Example example;
  ReferenceCheck check(example.file);
  BOOST_CHECK_EXCEPTION(check.input("z"), Error, is_bad_data);
  BOOST_CHECK_EXCEPTION(check.input("tokens"), Error, is_bad_data);
  BOOST_CHECK_EXCEPTION(check.tokens("x"), Error, is_bad_data);
  BOOST_CHECK_EXCEPTION(check.number("x"), Error, is_bad_data);
  ParameterStore store(1);
  store.add("layer.w", 2, 2, Initial::ones());
  BOOST_CHECK_EXCEPTION(check.load_values(store), Error, is_bad_data);
}

BOOST_AUTO_TEST_CASE(an_array_of_more_than_two_dimensions_is_refused) {
  const test::TemporaryFolder folder;
  const std::vector<double> numbers(8);
  TensorFileWriter writer;
  writer.add<double>("cube", {2, 2, 2}, numbers);
  writer.write(folder / "cube.safetensors");
  ReferenceCheck check(folder / "cube.safetensors");
  BOOST_CHECK_EXCEPTION(check.input("cube"), Error, is_bad_data);
}
