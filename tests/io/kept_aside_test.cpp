// A folder is made anew, or not.
#include "src/io/kept_aside.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/support/errors.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

struct Made {
  TemporaryFolder folder;
  std::filesystem::path texts = folder / "texts";

  void make(const std::string& content) const {
    std::filesystem::create_directory(texts);
    folder.write("texts/text", content);
  }
  std::string content() const { return bytes_of(texts / "text"); }
  bool has_rest() const { return std::filesystem::exists(folder / "texts.old"); }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(what_is_accepted_stays_and_what_is_not_goes, Made) {
  for (const bool is_accepted : {false, true}) {
    make("old");
    {
      KeptAside old(texts);
      BOOST_TEST(!std::filesystem::exists(texts));
      make("new");
      if (is_accepted) old.accept();
    }
    BOOST_TEST(content() == (is_accepted ? "new" : "old"));
    BOOST_TEST(!has_rest());
  }
}

BOOST_FIXTURE_TEST_CASE(where_there_was_nothing_nothing_is_left_of_what_is_not_accepted, Made) {
  {
    const KeptAside old(texts);
    make("new");
  }
  BOOST_TEST(!std::filesystem::exists(texts));
}

BOOST_FIXTURE_TEST_CASE(what_a_killed_program_half_removed_goes_and_never_comes_back, Made) {
  make("accepted");
  std::filesystem::create_directory(folder / "texts.gone");
  folder.write("texts.gone/text", "half of the old");
  KeptAside(texts).accept();
  BOOST_TEST(!std::filesystem::exists(texts));
  BOOST_TEST(folder.n_entries() == 0);
}

BOOST_FIXTURE_TEST_CASE(what_a_killed_program_moved_aside_comes_back, Made) {
  make("old");
  std::filesystem::rename(texts, folder / "texts.old");
  make("half of the new");
  { const KeptAside old(texts); }
  BOOST_TEST(content() == "old");
  BOOST_TEST(!has_rest());
}
