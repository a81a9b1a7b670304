#include "src/data/lines.hpp"

#include <sys/stat.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace transformer::test {
namespace {

using namespace std::string_literals;
using Lines = std::vector<std::string>;

struct Example {
  std::string bytes;
  Lines lines;
};
std::ostream& operator<<(std::ostream& out, const Example& example) {
  return out << example.lines.size() << " lines";
}

const Example examples[] = {
    {"", {}},
    {"\n", {""}},
    {"one", {"one"}},
    {"one\n", {"one"}},
    {"one\n\n", {"one", ""}},
    {"one\r\ntwo\r\n", {"one", "two"}},
    {"one\r\r\n", {"one\r"}},
    {"a\rb\nc\rd", {"a\rb", "c\rd"}},
    {"last\r", {"last\r"}},
    {"a\xC2\x85"
     "b\xE2\x80\xA8"
     "c\vd\fe",
     {"a\xC2\x85"
      "b\xE2\x80\xA8"
      "c\vd\fe"}},
    {"\xEF\xBB\xBFone\n\xEF\xBB\xBFtwo", {"one", "\xEF\xBB\xBFtwo"}},
    {"\xEF\xBB\xBF", {""}},
    {"l'\xC3\xA9t\xC3\xA9 \xF0\x9F\x98\x80\n", {"l'\xC3\xA9t\xC3\xA9 \xF0\x9F\x98\x80"}},
    {"\xF4\x8F\xBF\xBF", {"\xF4\x8F\xBF\xBF"}},
};

BOOST_DATA_TEST_CASE(only_lf_ends_a_line_and_takes_one_cr_with_it, examples, example) {
  const TemporaryFolder folder;
  const Lines lines = read_lines(folder.write("text", example.bytes));
  BOOST_TEST(lines == example.lines, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_file_whose_lines_end_with_cr_alone_is_refused) {
  const TemporaryFolder folder;
  const std::string long_line(70'000, 'x');
  for (const std::string& bytes :
       {std::string("old\rmac\rtext"), std::string("one\rtwo"), std::string("one\rtwo\r"),
        "\r" + long_line + "\r", std::string("one\rtwo\rthree\n"),
        std::string("a title\none\rtwo\rthree\rfour\r")}) {
    const std::string name = folder.write("text", bytes).string();
    BOOST_CHECK_EXCEPTION(read_lines(name), Error, [&](const Error& error) {
      return error.code() == ExitCode::bad_data &&
             std::string_view(error.what()).starts_with(name + ": its lines end with CR alone");
    });
  }
}

BOOST_AUTO_TEST_CASE(one_cr_at_the_end_of_a_file_may_stand) {
  const TemporaryFolder folder;
  for (const char* bytes : {"one\r", "one"}) {
    BOOST_TEST(read_lines(folder.write("text", bytes)).size() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(where_text_is_translated_crs_inside_a_line_are_white_space) {
  const TemporaryFolder folder;
  LineReader reader(folder.write("text", "one\rtwo\rthree\n"), InvalidUtf8::replace);
  std::string line;
  BOOST_TEST(reader.next(line));
  BOOST_TEST(line == "one\rtwo\rthree");
  BOOST_TEST(!reader.next(line));
}

BOOST_AUTO_TEST_CASE(a_line_without_end_is_refused_and_the_longest_that_is_not_is_read) {
  const TemporaryFolder folder;
  const std::string longest(LineReader::most_line_bytes, 'x');
  BOOST_TEST(read_lines(folder.write("text", "\n" + longest + "\n")).at(1).size() ==
             longest.size());
  const auto path = folder.write("text", "one\n" + longest + "x\n");
  BOOST_TEST(
      fails(ExitCode::bad_data, "text:2: a line of more than 16 MiB", [&] { read_lines(path); }));
  if (!std::filesystem::exists("/dev/zero")) return;
  BOOST_TEST(fails(ExitCode::bad_data, "/dev/zero:1: a line of more than",
                   [&] { read_lines("/dev/zero"); }));
}

BOOST_AUTO_TEST_CASE(a_text_is_shortened_by_whole_characters) {
  const std::string text = "a\u00E9\U0001F600";  // 1, 2 and 4 bytes
  const size_t fits[] = {0, 1, 1, 3, 3, 3, 3, 7, 7};
  for (size_t n = 0; n < std::size(fits); ++n) {
    BOOST_TEST(first_characters(text, n) == std::string_view(text).substr(0, fits[n]));
  }
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_known_of) {
  const TemporaryFolder folder;
  for (const bool has_mark : {false, true}) {
    LineReader reader(
        folder.write("text", has_mark ? "\xEF\xBB\xBFone\ntwo" : "one\n\xEF\xBB\xBF"));
    for (std::string line; reader.next(line);) continue;
    BOOST_TEST(reader.had_byte_order_mark() == has_mark);
  }
}

BOOST_AUTO_TEST_CASE(lines_of_any_length_cross_the_buffer_whole) {
  const TemporaryFolder folder;
  for (const size_t length : {65534, 65535, 65536, 65537, 131072, 10'000'000}) {
    const std::string line(length, 'x');
    LineReader reader(folder.write("text", line + "\r\n" + line + "\nend"));
    std::string read;
    BOOST_TEST_REQUIRE(reader.next(read));
    BOOST_TEST((read == line));
    BOOST_TEST_REQUIRE(reader.next(read));
    BOOST_TEST((read == line));
    BOOST_TEST_REQUIRE(reader.next(read));
    BOOST_TEST(read == "end");
    BOOST_TEST(!reader.next(read));
    BOOST_TEST(reader.n_lines() == 3);
    BOOST_TEST(reader.longest_line() == static_cast<Index>(length));
  }
}

struct BadBytes {
  std::string bytes;
  size_t place;  // of the first bad byte
  std::string replaced;
  Index n_replaced;
};
std::ostream& operator<<(std::ostream& out, const BadBytes& bad) {
  for (const char byte : bad.bytes) out << std::hex << (byte & 0xFF) << ' ';
  return out << std::dec;
}

const std::string mark = "\xEF\xBF\xBD";

const BadBytes bad_bytes[] = {
    {"ab\xFFz", 2, "ab" + mark + "z", 1},
    {"\x80", 0, mark, 1},
    {"\xC0\xAF", 0, mark, 1},                    // "/" in a form that is too long
    {"a\xE0\x80\xAFz", 1, "a" + mark + "z", 1},  // the same
    {"a\xED\xA0\x80z", 1, "a" + mark + "z", 1},  // a surrogate
    {"\xF4\x90\x80\x80", 0, mark, 1},            // beyond U+10FFFF
    {"\xF8\x88\x80\x80\x80", 0, mark, 1},
    {"a\xC3", 1, "a" + mark, 1},  // cut short at the end
    {"a\xE2\x82", 1, "a" + mark, 1},
    {"a\xE2\x82z", 1, "a" + mark + "z", 1},
    {"a\0z"s, 1, "a" + mark + "z", 1},
    {"\xFFz\xFE\xFE", 0, mark + "z" + mark + mark, 3},
    {"\xC3\xA9\xC3\xC3\xA9", 2, "\xC3\xA9" + mark + "\xC3\xA9", 1},
};

BOOST_DATA_TEST_CASE(what_is_not_utf8_is_refused_with_its_place, bad_bytes, bad) {
  const TemporaryFolder folder;
  const auto path = folder.write("text", "good\n" + bad.bytes + "\ngood\n");
  const std::string place = fmt::format("{}:2:{}: byte 0x", path.string(), bad.place + 1);
  BOOST_TEST(fails(ExitCode::bad_data, place, [&] { read_lines(path); }));
  BOOST_TEST(find_invalid_utf8(bad.bytes) == bad.place);
}

BOOST_DATA_TEST_CASE(what_is_not_utf8_can_be_replaced_and_counted, bad_bytes, bad) {
  const TemporaryFolder folder;
  LineReader reader(folder.write("text", bad.bytes + "\ngood"), InvalidUtf8::replace);
  std::string line;
  BOOST_TEST_REQUIRE(reader.next(line));
  BOOST_TEST(line == bad.replaced);
  BOOST_TEST(find_invalid_utf8(line) == line.size());
  BOOST_TEST(reader.n_replaced() == bad.n_replaced);
  BOOST_TEST_REQUIRE(reader.next(line));
  BOOST_TEST(line == "good");
  BOOST_TEST(!reader.next(line));
}

BOOST_AUTO_TEST_CASE(a_place_in_line_one_counts_the_byte_order_mark) {
  const TemporaryFolder folder;
  const auto path = folder.write("text",
                                 "\xEF\xBB\xBF"
                                 "a\xFF");
  BOOST_TEST(fails(ExitCode::bad_data, "text:1:5:", [&] { read_lines(path); }));
}

BOOST_AUTO_TEST_CASE(a_missing_file_and_a_folder_are_no_input) {
  const TemporaryFolder folder;
  BOOST_TEST(fails(ExitCode::no_input, "none: cannot open: No such file or directory",
                   [&] { read_lines(folder / "none"); }));
  BOOST_TEST(fails(ExitCode::no_input, "is a folder", [&] { read_lines(folder.path()); }));
}

BOOST_AUTO_TEST_CASE(a_pipe_is_read_like_a_file) {
  const TemporaryFolder folder;
  const auto path = folder / "pipe";
  BOOST_TEST_REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  std::thread writer([&] { folder.write("pipe", "one\r\ntwo"); });
  const Lines lines = read_lines(path);
  writer.join();
  BOOST_TEST(lines == (Lines{"one", "two"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_line_with_nothing_valid_takes_no_longer_for_each_byte) {
  for (const char byte : {'\xFF', '\0'}) {
    std::string line(2'000'000, byte);
    const auto start = std::chrono::steady_clock::now();
    BOOST_TEST(replace_invalid_utf8(line) == 2'000'000);
    BOOST_TEST(line.size() == 6'000'000u);
    // Milliseconds, or, if each byte meant a look at all others, half a minute.
    BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(10)));
  }
}

}  // namespace
}  // namespace transformer::test
