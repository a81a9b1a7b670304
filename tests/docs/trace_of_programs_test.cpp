// The pages of --trace that programs write, in a browser: of a translation, and of chapter 03's
// example. Skipped where there is no Chromium.
#include "tests/chapters/08_translator.hpp"
#include "tests/docs/trace_page.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// A line that the translator printed, without its end.
/// Trains a model that has something to say.
Arguments train_well(const Workplace& workplace) {
  return with(workplace.train("run", {"--updates", "400"}),
              {"--d-model", "32", "--d-ff", "32", "--p-drop", "0", "--warmup-steps", "100",
               "--learning-rate-scale", "0.5"});
}

std::string written_in(const std::string& out) { return out.substr(0, out.find('\n')); }

/// Normalizes again the sum of what came in and what was added. Two rows of a norm tell gain and
/// bias of a column; all others must agree.
constexpr const char* largest_difference_of_norms = R"JS((() => {
  let most = 0;
  for (const norm of trace.attentions.flatMap(a => a.norms)) {
    const rows = sums(norm), n = rows[0].length;
    const normal = rows.map(row => {
      const mean = row.reduce((s, x) => s + x, 0) / n;
      const variance = row.reduce((s, x) => s + (x - mean) ** 2, 0) / n;
      return row.map(x => (x - mean) / Math.sqrt(variance));
    });
    for (let c = 0; c < n; ++c) {
      const [a, b] = [0, 1].map(i => normal[i][c]);
      if (Math.abs(a - b) < 0.5) continue;
      const gain = (norm.y[0][c] - norm.y[1][c]) / (a - b), bias = norm.y[0][c] - gain * a;
      const faults = normal.map((row, i) => Math.abs(gain * row[c] + bias - norm.y[i][c]));
      most = Math.max(most, ...faults);
    }
  }
  return most;
})())JS";

}  // namespace

BOOST_AUTO_TEST_CASE(a_trained_translation_can_be_stepped_through) {
  if (!browser()) return;
  const Workplace workplace;
  BOOST_REQUIRE(succeeds(translator(train_well(workplace))));
  const std::string page = workplace.path("page.html");
  const Outcome outcome = translator(workplace.translate("run", {"the cat eats", "--trace", page}));
  BOOST_REQUIRE(succeeds(outcome));
  open_page(page);
  BOOST_TEST(text_of("#title") == "the cat eats");
  BOOST_TEST(text_of("#translation") == "\u2192 " + written_in(outcome.out));
  // One layer: the encoder's attention, the decoder's to itself, and to the source.
  const std::vector<std::string> attentions = browser()->evaluate(
      "[...document.querySelector('#attention').options].map(option => option.text)");
  BOOST_TEST(attentions.size() == 3u);
  browser()->evaluate("set({attention: 0, step: 'weights'})");
  const std::vector<std::string> source = {"the", "cat", "eats", "</s>"};
  const auto shown = map_shown();
  BOOST_REQUIRE(shown.size() == source.size());
  for (size_t i = 0; i < source.size(); ++i) BOOST_TEST(shown[i][0] == source[i]);
  // The cross-attention's rows are the words that were written.
  browser()->evaluate("set({attention: 2})");
  std::string written;
  for (const auto& row : map_shown()) {
    if (row[0] != "</s>") written += (written.empty() ? "" : " ") + row[0];
  }
  BOOST_TEST(written + "\n" == outcome.out);
  require_no_trouble();
}

BOOST_AUTO_TEST_CASE(a_translation_is_followed_from_its_first_vectors_to_the_next_token) {
  if (!browser()) return;
  const Workplace workplace;
  BOOST_REQUIRE(succeeds(translator(train_well(workplace))));
  const std::string page = workplace.path("page.html");
  BOOST_REQUIRE(succeeds(
      translator(workplace.translate("run", {"the cat eats", "--trace", page, "--beam", "1"}))));
  open_page(page);
  const double difference = browser()->evaluate(largest_difference_of_norms);
  BOOST_TEST(difference < 0.02);  // four digits were written

  for (const char* step : {"what comes in", "sum and norm", "feed-forward", "next token"}) {
    go_to_step(step);
    BOOST_TEST(map_shown().size() > 0u);
  }
  // The first of the five most probable tokens is the one that was written.
  for (const auto& row : map_shown()) {
    BOOST_REQUIRE(row.size() == 6u);
    BOOST_TEST(row[1].starts_with(row[0] + " "), row[1]);
  }
  require_no_trouble();
}

BOOST_AUTO_TEST_CASE(chapter_03_writes_its_example) {
  if (!browser()) return;
  const TemporaryFolder folder;
  const std::string page = (folder / "page.html").string();
  BOOST_REQUIRE(succeeds(run(CHAPTER_03, {.arguments = {"one_query", "--trace", page}})));
  open_page(page);
  BOOST_TEST(chosen_of("attention").starts_with("chapter 03"));
  BOOST_REQUIRE(!map_shown().empty());
  for (const auto& row : map_shown()) {
    double sum = 0.0;
    for (size_t j = 1; j < row.size(); ++j) sum += number_in(row[j]);
    BOOST_TEST(std::abs(sum - 1.0) < 1e-3 * static_cast<double>(row.size()));
  }
  require_no_trouble();
}
