// The page of --trace as text; tests/docs opens it in a browser.
#include "src/book/trace.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

TracedAttention attention_of(const std::string& word) {
  return {.title = "a " + word,
          .queries = {word},
          .keys = {word},
          .q = {{1.0f}},
          .k = {{0.5f}},
          .v = {{-2.0f}}};
}

/// What a script on the page reads.
nlohmann::json data_of(const std::string& page) {
  const std::string before = "const trace = ";
  const size_t begin = page.find(before) + before.size();
  return nlohmann::json::parse(page.substr(begin, page.find(";\n", begin) - begin));
}

struct Traced : TemporaryFolder {
  std::string page_with(const std::string& word) const {
    write_trace(*this / "page.html", {.title = word, .attentions = {attention_of(word)}});
    return bytes_of(*this / "page.html");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(every_character_reaches_the_script_and_none_the_page, Traced) {
  const std::string plain = page_with("x");
  for (const std::string& word :
       {std::string("\0", 1), std::string("\x01"), std::string("\x1B"), std::string("\x7F"),
        std::string("\u0085"), std::string("\u2028"), std::string("\uFFFE"), std::string("\uFFFF"),
        std::string("\U0001FFFE"), std::string("caf\u00E9"), std::string("</script>"),
        std::string("\"\\\n")}) {
    const std::string page = page_with(word);
    BOOST_TEST(data_of(page)["title"] == word);
    BOOST_TEST(data_of(page)["attentions"][0]["queries"][0] == word);
    const size_t begin = page.find("const trace = ");
    const std::string line = page.substr(begin, page.find('\n', begin) - begin);
    for (const char c : line) {
      const bool is_printable_ascii = c >= 0x20 && c < 0x7F;
      BOOST_TEST(is_printable_ascii);
    }
    BOOST_TEST(line.find('<') == std::string::npos);
  }
}

BOOST_FIXTURE_TEST_CASE(its_numbers_alone_may_be_written, Traced) {
  write_trace(*this / "trace.json", {.title = "x", .attentions = {attention_of("x")}});
  const auto numbers = nlohmann::json::parse(bytes_of(*this / "trace.json"));
  BOOST_TEST((numbers == data_of(page_with("x"))));
}

BOOST_FIXTURE_TEST_CASE(text_that_is_not_utf_8_is_replaced, Traced) {
  BOOST_TEST(data_of(page_with("a\xFF"
                               "b"))["title"] ==
             "a\uFFFD"
             "b");
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_shown_is_refused, Traced) {
  BOOST_TEST(fails(ExitCode::internal, "no attention",
                   [&] { write_trace(*this / "page", {.title = "x", .attentions = {}}); }));
  TracedAttention broken = attention_of("x");
  broken.k(0, 0) = std::numeric_limits<float>::quiet_NaN();
  BOOST_TEST(fails(ExitCode::internal, "not finite",
                   [&] { write_trace(*this / "page", {.title = "x", .attentions = {broken}}); }));
}
