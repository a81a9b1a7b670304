#include "src/io/numbers.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>

namespace transformer::test {
namespace {

BOOST_AUTO_TEST_CASE(a_whole_number_is_decimal_whatever_it_begins_with) {
  BOOST_TEST(*number_in<std::int64_t>("0") == 0);
  BOOST_TEST(*number_in<std::int64_t>("010") == 10);
  BOOST_TEST(*number_in<std::int64_t>("08") == 8);
  BOOST_TEST(*number_in<int>("0000000000000000000000100") == 100);
  BOOST_TEST(*number_in<std::int64_t>("-09") == -9);
  BOOST_TEST(*number_in<std::int64_t>("9223372036854775807") ==
             std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(*number_in<std::uint64_t>("18446744073709551615") ==
             std::numeric_limits<std::uint64_t>::max());
}

BOOST_AUTO_TEST_CASE(a_fraction_is_decimal_too) {
  BOOST_TEST(*number_in<double>("010") == 10.0);
  BOOST_TEST(*number_in<double>("00.50") == 0.5);
  BOOST_TEST(*number_in<double>("-1.5e-3") == -1.5e-3);
  BOOST_TEST(*number_in<double>(".5") == 0.5);
  BOOST_TEST(*number_in<double>("1E2") == 100.0);
  BOOST_TEST(*number_in<float>("0.1") == 0.1f);
  BOOST_TEST(*number_in<float>("3.4028235e38") == std::numeric_limits<float>::max());
  BOOST_TEST(*number_in<float>("1e-400") == 0.0f);
}

BOOST_AUTO_TEST_CASE(what_is_no_number_or_has_more_than_one_is_none) {
  for (const char* text :
       {"",    " ",   "-",     "+",     "many", "1x",        "x1",  " 1",       "1 ",
        "1\n", "1,5", "1'000", "1_000", "0x10", "0x1p3",     "0b1", "0o7",      "1e",
        "--1", "1-2", "nan",   "-nan",  "inf",  "-infinity", "1f",  "\xD9\xA1", "1\xC2\xA0"}) {
    BOOST_TEST(!number_in<std::int64_t>(text).has_value(), text);
    BOOST_TEST(!number_in<std::uint64_t>(text).has_value(), text);
    BOOST_TEST(!number_in<double>(text).has_value(), text);
    BOOST_TEST(!number_in<float>(text).has_value(), text);
  }
  const std::string_view with_nul("1\0", 2);
  BOOST_TEST(!number_in<int>(with_nul).has_value());
  BOOST_TEST(!number_in<double>(with_nul).has_value());
  for (const char* text : {"1.5", "1e3", "1.0", "."}) {
    BOOST_TEST(!number_in<std::int64_t>(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(what_the_type_cannot_hold_is_none) {
  BOOST_TEST(!number_in<int>("2147483648").has_value());
  BOOST_TEST(!number_in<std::int64_t>("9223372036854775808").has_value());
  BOOST_TEST(!number_in<std::uint64_t>("18446744073709551616").has_value());
  BOOST_TEST(!number_in<std::uint64_t>("-1").has_value());
  BOOST_TEST(!number_in<double>("1e400").has_value());
  BOOST_TEST(!number_in<float>("-1e39").has_value());
}

}  // namespace
}  // namespace transformer::test
