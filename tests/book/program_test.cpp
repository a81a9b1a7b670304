#include "src/book/program.hpp"

#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <vector>

#include "src/base/error.hpp"
#include "src/book/root.hpp"
#include "tests/book/captured_output.hpp"

using namespace transformer;
using test::captured;

namespace {

using Body = std::function<int(const ChapterOptions&)>;

/// What a chapter's program does with these arguments.
struct Run {
  int code = -1;
  std::string error;
  std::string output;

  Run(std::vector<const char*> arguments, const Body& body) {
    arguments.insert(arguments.begin(), "program");
    output = captured(stdout, [&] {
      error = captured(stderr, [&] {
        code = run_chapter(static_cast<int>(arguments.size()), arguments.data(), "03_example",
                           "Shows attention.", body);
      });
    });
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_body_gives_the_exit_code_and_gets_the_figures_folder) {
  const Run plain({}, [](const ChapterOptions& options) {
    BOOST_TEST(options.figures == project_root() / "chapters/03_example/figures");
    return 1;
  });
  BOOST_TEST(plain.code == 1);
  const Run flag({"--figures", "/somewhere"}, [](const ChapterOptions& options) {
    BOOST_TEST(options.figures == "/somewhere");
    return 0;
  });
  BOOST_TEST(flag.code == 0);
  BOOST_TEST(flag.error == "");
}

BOOST_AUTO_TEST_CASE(an_error_becomes_one_line_and_its_exit_code) {
  const Run run({}, [](const ChapterOptions&) -> int {
    fail(ExitCode::bad_data, "corpus.en:17: not UTF-8; convert it");
  });
  BOOST_TEST(run.error == "error: corpus.en:17: not UTF-8; convert it\n");
  BOOST_TEST(run.code == 65);
  const Run other({}, [](const ChapterOptions&) -> int { throw std::logic_error("oops"); });
  BOOST_TEST(other.error == "error: oops\n");
  BOOST_TEST(other.code == 70);
}

BOOST_AUTO_TEST_CASE(an_unknown_flag_is_a_usage_error) {
  const Run run({"--colour"}, [](const ChapterOptions&) { return 0; });
  BOOST_TEST(run.error.starts_with("error: "));
  BOOST_TEST(run.error.find("--colour") != std::string::npos);
  BOOST_TEST(run.code == 2);
}

BOOST_AUTO_TEST_CASE(help_says_what_the_program_shows_and_does_not_run_it) {
  const Run run({"--help"}, [](const ChapterOptions&) -> int { throw std::logic_error("ran"); });
  BOOST_TEST(run.code == 0);
  BOOST_TEST(run.output.find("Shows attention.") != std::string::npos);
  BOOST_TEST(run.output.find("--figures") != std::string::npos);
}
