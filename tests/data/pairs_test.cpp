// One file of pairs, cut into three texts.
#include "src/data/pairs.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// 200 sources, some of them several times, each with a number in it.
std::string some_pairs() {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += "source " + std::to_string(i % 200) + "\ttarget " + std::to_string(i) + "\n";
  }
  return text;
}

std::multiset<std::string> lines_in(const std::filesystem::path& file) {
  const std::vector<std::string> lines = read_lines(file);
  return {lines.begin(), lines.end()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_pair_is_in_one_text_and_no_source_in_two) {
  const TemporaryFolder folder;
  const CutPairs cut = cut_pairs(folder.write("pairs.tsv", some_pairs()), folder / "cut");
  const PairsFiles all = pairs_files(folder / "cut");
  std::set<std::string> seen;
  std::multiset<std::string> targets;
  for (const ParallelFiles& files : {all.training, all.validation, all.held_out}) {
    const std::vector<std::string> sources = read_lines(files.source);
    for (const std::string& source : std::set<std::string>(sources.begin(), sources.end())) {
      BOOST_TEST(seen.insert(source).second, source);
    }
    targets.merge(lines_in(files.target));
    BOOST_TEST(sources.size() == read_lines(files.target).size());
  }
  BOOST_TEST(seen.size() == 200u);
  BOOST_TEST(targets.size() == 300u);
  BOOST_TEST(cut.n_training + cut.n_validation + cut.n_held_out == 300);
  const std::multiset<std::string> validation = lines_in(all.validation.source);
  BOOST_TEST(std::set<std::string>(validation.begin(), validation.end()).size() == 10u);
}

BOOST_AUTO_TEST_CASE(the_order_of_the_lines_decides_nothing) {
  const TemporaryFolder folder;
  const std::string pairs = some_pairs();
  const size_t middle = pairs.find('\n', pairs.size() / 2) + 1;
  cut_pairs(folder.write("1.tsv", pairs), folder / "1");
  cut_pairs(folder.write("2.tsv", pairs.substr(middle) + pairs.substr(0, middle)), folder / "2");
  const ParallelFiles one = pairs_files(folder / "1").held_out,
                      other = pairs_files(folder / "2").held_out;
  BOOST_TEST((lines_in(one.source) == lines_in(other.source)));
  BOOST_TEST((lines_in(one.target) == lines_in(other.target)));
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_dropped_and_said_so) {
  const TemporaryFolder folder;
  const CutPairs cut = cut_pairs(folder.write("pairs.tsv",
                                              "\xEF\xBB\xBF"
                                              "a\tx\nb\ty\nc\tz\n"),
                                 folder / "cut");
  BOOST_TEST(summary(cut).ends_with("1 held out; a byte order mark dropped"), summary(cut));
}

BOOST_AUTO_TEST_CASE(further_columns_blank_lines_and_blank_sides_are_left_out) {
  const TemporaryFolder folder;
  const CutPairs cut = cut_pairs(
      folder.write("pairs.tsv", "a\tx\tCC-BY 2.0\n\nb\ty\nd\t\nc\tz\t1\t2\n \t \n\tv\n \tw\t3\n"),
      folder / "cut");
  BOOST_TEST(summary(cut) ==
             "pairs: 1 to train on, 1 to validate, 1 held out; 3 lines with a blank side left out; "
             "of 2 lines what stands after the second column is left out");
  const PairsFiles all = pairs_files(folder / "cut");
  for (const ParallelFiles& files : {all.training, all.validation, all.held_out}) {
    BOOST_TEST(bytes_of(files.target).size() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_cut_is_said_with_its_line) {
  const TemporaryFolder folder;
  const auto message_of = [&](const std::string& text) {
    const std::filesystem::path file = folder.write("pairs.tsv", text);
    try {
      cut_pairs(file, folder / "cut");
    } catch (const Error& error) {
      BOOST_TEST((error.code() == ExitCode::bad_data));
      return std::string(error.what()).substr(file.string().size());
    }
    return std::string("no error");
  };
  BOOST_TEST(message_of("a\tx\nno tab\n") == ":2: no TAB between a source and a target; write one");
  BOOST_TEST(message_of("a\tx\nb\ty\n") ==
             ": 2 different sources; three are the fewest that can be cut");
  BOOST_TEST(message_of("1\ta\t7\tx\n12\tb\t8\ty\n3\tc\t9\tz\n") ==
             ": each line begins with a number; cut it to a source, a TAB and its translation");
  BOOST_TEST(message_of("1\teins\n2\tzwei\nthree\tdrei\n") == "no error");
  BOOST_TEST(message_of("") == ": 0 different sources; three are the fewest that can be cut");
}

BOOST_AUTO_TEST_CASE(sources_that_differ_in_case_alone_stay_together) {
  const TemporaryFolder folder;
  std::string pairs;
  for (int i = 0; i < 60; ++i) {
    pairs += "word " + std::to_string(i) + "\tWORT\nWord " + std::to_string(i) + "\tWort\n";
  }
  const CutPairs cut = cut_pairs(folder.write("pairs.tsv", pairs), folder / "cut");
  BOOST_TEST(cut.n_held_out == 6);
  std::set<std::string> sources;
  for (const std::string& source : read_lines(pairs_files(folder / "cut").held_out.source)) {
    sources.insert(source.substr(1));
  }
  BOOST_TEST(sources.size() == 3u);
}
