// What a terminal is shown.
#include "src/run/output.hpp"

#include <boost/test/unit_test.hpp>

using namespace transformer;

BOOST_AUTO_TEST_CASE(text_is_shown_as_it_is) {
  for (const char* text :
       {"", "corpus.en:17: what\tis", "l'\u00E9t\u00E9 \u732B \U0001F408", "\uFFFD"}) {
    BOOST_TEST(printable(text) == text);
  }
}

BOOST_AUTO_TEST_CASE(what_would_command_a_terminal_is_spelled) {
  const std::pair<std::string, std::string> examples[] = {
      {"a\x1B[31mb", "a\\x1B[31mb"},
      {"a\rb\b\a", "a\\x0Db\\x08\\x07"},
      {std::string("\0", 1), "\\x00"},
      {"\x7F", "\\x7F"},
      {"\u009B1m", "\\xC2\\x9B1m"},
      {"\x9B", "\\x9B"},
      {"\xC3(", "\\xC3("},
      {"cut \xE2\x82", "cut \\xE2\\x82"},
      {"\u202Eexe.txt", "\\xE2\\x80\\xAEexe.txt"},
      {"two\nlines", "two\\x0Alines"}};
  for (const auto& [text, shown] : examples) BOOST_TEST(printable(text) == shown);
  BOOST_TEST(printable("two\nlines\x1B\n", true) == "two\nlines\\x1B\n");
}
