// What a character is, in any script, and one way of writing a text.
#include "src/data/characters.hpp"

#include <boost/test/unit_test.hpp>
#include <chrono>

using namespace transformer;

BOOST_AUTO_TEST_CASE(marks_of_all_scripts_are_marks) {
  // Full stops, question marks, quotation marks and dashes of a dozen scripts; signs of money.
  for (const char32_t c :
       U".,;:?!'\"()-/"
       U"&@#%*$+<=>^`|~_[]{}"
       U"\\«»„“”‘’…–—¿¡§€£¥₽।؟،؛。、，？！「」『』（）·"
       U"׃") {
    if (c != 0) BOOST_TEST(is_mark(c), "U+" << std::hex << static_cast<unsigned>(c));
  }
  for (const char32_t c : U"aZ0éßжΩ中あ한अ७ªº ²½°©\u00A0\u0301\u200D") {
    if (c != 0) BOOST_TEST(!is_mark(c), "U+" << std::hex << static_cast<unsigned>(c));
  }
}

BOOST_AUTO_TEST_CASE(lower_case_knows_every_script_that_has_cases) {
  BOOST_TEST(lower_case("L'ÉCOLE, ÜBER ŁÓDŹ, ЖАР, ΑΒΓ, ՀԱՅ, 中文, a1") ==
             "l'école, über łódź, жар, αβγ, հայ, 中文, a1");
  BOOST_TEST(lower_case("") == "");
}

BOOST_AUTO_TEST_CASE(capitals_are_two_or_more_and_nothing_else_that_has_cases) {
  for (const std::string_view text : {"USA", "ÉTÉ", "O'CLOCK", "B2B"}) {
    BOOST_TEST(is_in_capitals(text), text);
  }
  for (const std::string_view text : {"", "A", "Usa", "McCOY", "cat", "123", "中文", "A1"}) {
    BOOST_TEST(!is_in_capitals(text), text);
  }
}

BOOST_AUTO_TEST_CASE(a_text_begins_and_ends_with_a_mark_or_not) {
  for (const std::string_view text : {".", "“cat", "¿"}) BOOST_TEST(begins_with_mark(text), text);
  for (const std::string_view text : {"", "cat”", " ."}) BOOST_TEST(!begins_with_mark(text));
  for (const std::string_view text : {".", "cat。", "cat”"}) BOOST_TEST(ends_with_mark(text), text);
  for (const std::string_view text : {"", "cat", ".a", ". "}) BOOST_TEST(!ends_with_mark(text));
}

BOOST_AUTO_TEST_CASE(what_nobody_sees_can_be_taken_out) {
  BOOST_TEST(without_ignorable("a\u200Db\u200C\u200E\uFE0F\u2066") == "ab");
  BOOST_TEST(without_ignorable("été") == "été");
}

BOOST_AUTO_TEST_CASE(one_text_has_one_way_of_being_written) {
  BOOST_TEST(normalised("e\u0301te\u0301") == "\u00E9t\u00E9");
  BOOST_TEST(normalised("\u00E9t\u00E9") == "\u00E9t\u00E9");
  BOOST_TEST(normalised("Dampf\u00ADschiff\u200Bfahrt\u2060s\uFEFF") == "Dampfschifffahrts");
  // Joiners belong to how words are spelt, in Persian and in the scripts of India.
  BOOST_TEST(normalised("می\u200Cخواهم") == "می\u200Cخواهم");
  BOOST_TEST(normalised("plain text\t1") == "plain text\t1");
  BOOST_TEST(normalised("") == "");
}

BOOST_AUTO_TEST_CASE(combining_characters_without_end_take_no_longer_each) {
  std::string text = "a";
  for (int i = 0; i < 500'000; ++i) text += "\u0301\u0316";
  const auto start = std::chrono::steady_clock::now();
  const std::string once = normalised(text);
  // Milliseconds, or, if each were compared with all others, an hour.
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(30)));
  BOOST_TEST((normalised(once) == once));
  // Up to 30 are only put into order.
  std::string thirty, mixed = "x";
  for (int i = 0; i < 15; ++i) mixed += "\u0301\u0316";
  for (int i = 0; i < 15; ++i) thirty += "\u0316";
  for (int i = 0; i < 15; ++i) thirty += "\u0301";
  BOOST_TEST(normalised(mixed) == "x" + thirty);
}
