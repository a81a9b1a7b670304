// The page of --trace in a browser: its numbers are those of the formula, keyboard and mouse lead
// through it, and it needs nothing but itself. Skipped where there is no Chromium.
#include <cmath>
#include <iostream>

#include "src/book/formulas.hpp"
#include "src/book/trace.hpp"
#include "tests/chapters/08_translator.hpp"
#include "tests/docs/chromium.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using nlohmann::json;

/// A browser that is there once for all tests; none where the machine has none, which it says.
Chromium* browser() {
  static const auto program = Chromium::program();
  if (!program) {
    std::cout << "skipped: there is no Chromium here; apt-get install chromium\n";
    return nullptr;
  }
  static Chromium only(*program);
  return &only;
}

void open_page(const std::filesystem::path& page) {
  browser()->set_window({1000, 1200, false, false});
  browser()->open("file://" + page.string());
}

void require_no_trouble() {
  BOOST_TEST(browser()->take_errors().empty());
  // It asks for nothing: no file, no network.
  BOOST_TEST(browser()->evaluate("performance.getEntriesByType('resource').length") == 0);
}

// ---- What the page shows ------------------------------------------------------------------------

/// The texts of the table of all queries and keys: each row begins with its query.
std::vector<std::vector<std::string>> map_shown() {
  return browser()->evaluate(
      "[...document.querySelectorAll('#map tbody tr')]"
      ".map(row => [...row.cells].map(cell => cell.textContent))");
}

std::string text_of(const std::string& selector) {
  return browser()->evaluate("document.querySelector('" + selector + "').textContent");
}

std::string chosen_query() { return text_of("#map tr.chosen th"); }
std::string chosen_step() { return text_of("#steps [aria-current]"); }
std::string chosen_of(const std::string& list) {
  return browser()->evaluate("document.querySelector('#" + list + "').selectedOptions[0].text");
}

/// Clicks with the mouse into the middle of an element.
void click_on(const std::string& selector) {
  const json middle = browser()->evaluate(
      "(() => { const box = document.querySelector('" + selector +
      "').getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()");
  browser()->click(middle[0], middle[1]);
}

// ---- What it has to show ------------------------------------------------------------------------

/// A small trace: sentence "a b c" looks at itself, then at "u v w x".
struct SmallTrace {
  std::vector<TracedAttention> attentions{attention("self", true, 3, 1),
                                          attention("cross", false, 4, 2)};
  TemporaryFolder folder;
  std::filesystem::path page = folder / "trace.html";

  SmallTrace() { write_trace(page, {.title = "a < b & c", .attentions = attentions}); }

  static TracedAttention attention(const std::string& title, bool causal, Index n_keys,
                                   std::uint32_t key) {
    const auto random = [&](Index n_rows, Index n_columns, std::uint32_t place) {
      Matrix matrix = zeros(n_rows, n_columns);
      for (size_t e = 0; e < matrix.size(); ++e) {
        matrix.data()[e] = 3.0f * unit_float(RandomKey{key, place, 0}.word(e)) - 1.5f;
      }
      return matrix;
    };
    const std::vector<std::string> queries = {"a", "</script>", "c"};
    const std::vector<std::string> keys = {"u", "v", "w", "x"};
    return {title,
            2,
            causal,
            queries,
            causal ? queries : keys,
            random(3, 6, 0),
            random(n_keys, 6, 1),
            random(n_keys, 4, 2)};
  }
};

/// The matrices of one head, one for each step of the page, in double precision.
std::vector<MatrixOf<double>> steps_of(const TracedAttention& a, size_t head) {
  const size_t d_k = a.q.shape(1) / static_cast<size_t>(a.n_heads), n_keys = a.k.shape(0);
  MatrixOf<double> scores = xt::zeros<double>({a.q.shape(0), n_keys});
  for (size_t i = 0; i < scores.shape(0); ++i) {
    for (size_t j = 0; j < n_keys; ++j) {
      for (size_t c = head * d_k; c < (head + 1) * d_k; ++c) {
        scores(i, j) += static_cast<double>(a.q(i, c)) * static_cast<double>(a.k(j, c));
      }
    }
  }
  const MatrixOf<double> scaled = scores / std::sqrt(static_cast<double>(d_k));
  MatrixOf<double> masked = scaled;
  for (size_t i = 0; i < scores.shape(0); ++i) {
    for (size_t j = i + 1; a.causal && j < n_keys; ++j) masked(i, j) = -INFINITY;
  }
  const MatrixOf<double> weights = formula::softmax(scaled, a.causal ? Mask::causal : Mask::none);
  return {scores, scaled, masked, weights, weights};
}

/// The number that a text of the page says; the page has the minus of books.
double number_in(const std::string& text) {
  const std::string_view minus = "−";
  const bool negative = text.starts_with(minus);
  const std::string digits = negative ? text.substr(minus.size()) : text;
  const double size = digits == "∞" ? INFINITY : std::stod(digits);
  return negative ? -size : size;
}

void check_number(const std::string& text, double expected) {
  constexpr double three_digits = 6e-4;
  const double shown = number_in(text);
  BOOST_TEST((shown == expected || std::abs(shown - expected) < three_digits),
             text << " is shown for " << expected);
}

void check_map(const TracedAttention& a, const MatrixOf<double>& expected) {
  const auto shown = map_shown();
  BOOST_REQUIRE(shown.size() == a.queries.size());
  for (size_t i = 0; i < shown.size(); ++i) {
    BOOST_REQUIRE(shown[i].size() == 1 + a.keys.size());
    BOOST_TEST(shown[i][0] == a.queries[i]);
    for (size_t j = 0; j < a.keys.size(); ++j) check_number(shown[i][j + 1], expected(i, j));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_number_is_that_of_the_formula) {
  if (!browser()) return;
  const SmallTrace trace;
  open_page(trace.page);
  BOOST_TEST(text_of("#title") == "a < b & c");
  for (const TracedAttention& attention : trace.attentions) {
    BOOST_TEST(chosen_of("attention") == attention.title);
    for (size_t head = 0; head < 2; ++head) {
      for (const MatrixOf<double>& expected : steps_of(attention, head)) {
        check_map(attention, expected);
        browser()->press("ArrowRight");  // after the last step comes the first
      }
      browser()->press("h");
    }
    browser()->press("a");
  }
  BOOST_TEST(chosen_of("attention") == "self");
  require_no_trouble();
}

BOOST_AUTO_TEST_CASE(the_vector_is_the_sum_of_the_weighted_values) {
  if (!browser()) return;
  const SmallTrace trace;
  open_page(trace.page);
  browser()->press("a");
  browser()->press("h");
  browser()->press("ArrowDown");
  browser()->press("ArrowLeft");  // before the first step comes the last
  const std::vector<std::string> shown = browser()->evaluate(
      "[...document.querySelectorAll('#detail td.now .cells i')].map(cell => cell.title)");
  const TracedAttention& a = trace.attentions[1];
  const MatrixOf<double> weights = steps_of(a, 1).back();
  BOOST_REQUIRE(shown.size() == 2u);
  for (size_t c = 0; c < 2; ++c) {
    double expected = 0.0;
    for (size_t j = 0; j < 4; ++j) expected += weights(1, j) * static_cast<double>(a.v(j, 2 + c));
    check_number(shown[c], expected);
  }
  require_no_trouble();
}

BOOST_AUTO_TEST_CASE(keyboard_and_mouse_lead_to_the_same_places) {
  if (!browser()) return;
  const SmallTrace trace;
  open_page(trace.page);
  BOOST_TEST(chosen_query() == "a");
  BOOST_TEST(chosen_step() == "1 products");
  browser()->press("ArrowDown");
  browser()->press("ArrowRight");
  BOOST_TEST(chosen_query() == "</script>");
  BOOST_TEST(chosen_step() == "2 scores");
  browser()->press("ArrowUp");
  browser()->press("ArrowUp");  // there is nothing above the first
  BOOST_TEST(chosen_query() == "a");

  click_on("#map tbody tr:nth-child(3)");
  BOOST_TEST(chosen_query() == "c");
  click_on("#steps button:nth-child(4)");
  BOOST_TEST(chosen_step() == "4 weights");
  browser()->evaluate(
      "(() => { const list = document.querySelector('#head'); list.value = 1;"
      " list.dispatchEvent(new Event('change')); })()");
  BOOST_TEST(chosen_of("head") == "1 of 2");
  check_map(trace.attentions[0], steps_of(trace.attentions[0], 1)[3]);
  require_no_trouble();
}

BOOST_AUTO_TEST_CASE(a_trained_translation_can_be_stepped_through) {
  if (!browser()) return;
  const Workplace workplace;
  BOOST_REQUIRE(succeeds(translator(workplace.train("run"))));
  const std::string page = workplace.path("page.html");
  const Outcome outcome = translator(workplace.translate("run", {"the cat eats", "--trace", page}));
  BOOST_REQUIRE(succeeds(outcome));
  open_page(page);
  BOOST_TEST(text_of("#title") == "the cat eats");
  // One layer: the encoder's attention, the decoder's to itself, and to the source.
  const std::vector<std::string> attentions = browser()->evaluate(
      "[...document.querySelector('#attention').options].map(option => option.text)");
  BOOST_TEST(attentions.size() == 3u);
  const std::vector<std::string> source = {"the", "cat", "eats", "</s>"};
  const auto shown = map_shown();
  BOOST_REQUIRE(shown.size() == source.size());
  for (size_t i = 0; i < source.size(); ++i) BOOST_TEST(shown[i][0] == source[i]);
  // The cross-attention's rows are the words that were written.
  browser()->press("a");
  browser()->press("a");
  std::string written;
  for (const auto& row : map_shown()) {
    if (row[0] != "</s>") written += (written.empty() ? "" : " ") + row[0];
  }
  BOOST_TEST(written + "\n" == outcome.out);
  require_no_trouble();
}

BOOST_AUTO_TEST_CASE(chapter_03_writes_its_example) {
  if (!browser()) return;
  const TemporaryFolder folder;
  const std::string page = (folder / "page.html").string(), figures = folder.path().string();
  BOOST_REQUIRE(succeeds(run(CHAPTER_03, {.arguments = {"one_query", "--trace", page}})));
  open_page(page);
  BOOST_TEST(!map_shown().empty());
  for (int step = 0; step < 3; ++step) browser()->press("ArrowRight");
  for (const auto& row : map_shown()) {
    double sum = 0.0;
    for (size_t j = 1; j < row.size(); ++j) sum += number_in(row[j]);
    BOOST_TEST(std::abs(sum - 1.0) < 1e-3 * static_cast<double>(row.size()));
  }
  require_no_trouble();
}
