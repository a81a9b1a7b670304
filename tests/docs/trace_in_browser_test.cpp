// The page of --trace in a browser: its numbers are those of the formula, keyboard and mouse lead
// through it, and it needs nothing but itself. Skipped where there is no Chromium.
#include <algorithm>
#include <cmath>
#include <map>

#include "src/base/philox.hpp"
#include "src/book/formulas.hpp"
#include "src/book/trace.hpp"
#include "tests/docs/trace_page.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

// ---- What it has to show ------------------------------------------------------------------------

/// A small trace: sentence "a b c" looks at itself, then at "u v w x".
struct SmallTrace {
  std::vector<TracedAttention> attentions{attention("self", true, 3, 1),
                                          attention("cross", false, 4, 2)};
  TemporaryFolder folder;
  std::filesystem::path page = folder / "trace.html";

  SmallTrace() {
    attentions[1].cross = true;
    write_trace(page, {.title = "a < b & c", .attentions = attentions});
  }

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
    return {.title = title,
            .n_heads = 2,
            .causal = causal,
            .queries = queries,
            .keys = causal ? queries : keys,
            .q = random(3, 6, 0),
            .k = random(n_keys, 6, 1),
            .v = random(n_keys, 4, 2)};
  }
};

/// The matrices of one head, for each step of the page that shows one, in double precision.
std::map<std::string, MatrixOf<double>> steps_of(const TracedAttention& a, size_t head) {
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
  std::map<std::string, MatrixOf<double>> steps = {
      {"products", scores}, {"scores", scaled}, {"weights", weights}, {"vector", weights}};
  if (a.causal) steps["mask"] = masked;
  return steps;
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
  for (size_t a = 0; a < trace.attentions.size(); ++a) {
    const TracedAttention& attention = trace.attentions[a];
    for (size_t head = 0; head < 2; ++head) {
      browser()->evaluate("set({attention: " + std::to_string(a) +
                          ", head: " + std::to_string(head) + "})");
      BOOST_TEST(chosen_of("attention") == attention.title);
      for (const auto& [step, expected] : steps_of(attention, head)) {
        go_to_step(step);
        check_map(attention, expected);
      }
    }
  }
  require_no_trouble();
}

BOOST_AUTO_TEST_CASE(it_opens_where_a_word_decides_most_clearly_for_one_of_the_source) {
  if (!browser()) return;
  const SmallTrace trace;
  open_page(trace.page);
  BOOST_TEST(chosen_of("attention") == "cross");
  BOOST_TEST(chosen_step() == "weights");
  std::vector<double> means;
  for (const size_t head : {0u, 1u}) {
    const MatrixOf<double> weights = steps_of(trace.attentions[1], head).at("weights");
    double sum = 0.0;
    for (size_t i = 0; i < weights.shape(0); ++i) {
      double top = 0.0;
      for (size_t j = 0; j < weights.shape(1); ++j) top = std::max(top, weights(i, j));
      sum += top;
    }
    means.push_back(sum);
  }
  BOOST_TEST(chosen_of("head") == (means[0] > means[1] ? "0 of 2" : "1 of 2"));
  const std::string words = text_of("#terms");
  for (const char* term : {"query, key, value", "score, weight", "vector", "head", "layer"}) {
    BOOST_TEST(words.find(term) != std::string::npos, term);
  }
}

BOOST_AUTO_TEST_CASE(the_vector_is_the_sum_of_the_weighted_values) {
  if (!browser()) return;
  const SmallTrace trace;
  open_page(trace.page);
  browser()->evaluate("set({attention: 1, head: 1, query: 1, step: 'vector', digits: true})");
  const std::vector<std::string> shown = browser()->evaluate(
      "[...document.querySelectorAll('#detail td.now')].map(cell => cell.textContent)");
  const TracedAttention& a = trace.attentions[1];
  const MatrixOf<double> weights = steps_of(a, 1).at("weights");
  BOOST_REQUIRE(shown.size() == 2u);
  for (size_t c = 0; c < 2; ++c) {
    double expected = 0.0;
    for (size_t j = 0; j < 4; ++j) expected += weights(1, j) * static_cast<double>(a.v(j, 2 + c));
    check_number(shown[c], expected);
  }
  require_no_trouble();
}

BOOST_AUTO_TEST_CASE(what_a_reader_changes_changes_the_weights) {
  if (!browser()) return;
  const SmallTrace trace;
  open_page(trace.page);
  // Of self-attention, head 1: another number in the query of the third word, typed by hand.
  browser()->evaluate("set({attention: 0, head: 1, query: 2, step: 'weights'})");
  browser()->evaluate("document.querySelectorAll('#numbers input')[1].select()");
  browser()->evaluate("document.querySelectorAll('#numbers input')[1].focus()");
  for (const char c : std::string("2.5")) browser()->press(std::string(1, c));
  TracedAttention a = trace.attentions[0];
  a.q(2, 3 + 1) = 2.5f;
  const auto check_weights = [&](const MatrixOf<double>& weights) {
    const std::vector<std::string> shown = browser()->evaluate(
        "[...document.querySelectorAll('#map tr.chosen td')].map(cell => cell.title)");
    BOOST_REQUIRE(shown.size() == 3u);
    for (size_t j = 0; j < 3; ++j) {
      BOOST_TEST(std::abs(std::stod("0" + shown[j]) - weights(2, j)) < 1e-6, shown[j]);
    }
  };
  check_weights(steps_of(a, 1).at("weights"));
  BOOST_TEST(browser()->evaluate("document.activeElement.closest('#numbers') !== null"));

  // Twice the root of d_k: as with half the query.
  const TracedAttention typed = a;
  for (size_t c = 3; c < 6; ++c) a.q(2, c) /= 2.0f;
  browser()->evaluate("change({scale: 2 * Math.sqrt(3)})");
  check_weights(steps_of(a, 1).at("weights"));
  // Without the scale's change and the mask the first word sees the others.
  browser()->evaluate("change({scale: null})");
  browser()->evaluate("document.getElementById('causal').click()");
  TracedAttention unmasked = typed;
  unmasked.causal = false;
  check_map(unmasked, steps_of(unmasked, 1).at("weights"));
  browser()->evaluate("document.getElementById('reset').click()");
  check_map(trace.attentions[0], steps_of(trace.attentions[0], 1).at("weights"));
  require_no_trouble();
}

BOOST_AUTO_TEST_CASE(keyboard_and_mouse_lead_to_the_same_places) {
  if (!browser()) return;
  const SmallTrace trace;
  open_page(trace.page);
  browser()->evaluate("set({attention: 0, head: 0, query: 0, step: 'products'})");
  browser()->press("w");
  browser()->press("ArrowRight");
  BOOST_TEST(chosen_query() == "</script>");
  BOOST_TEST(chosen_step() == "scores");
  browser()->press("h");
  BOOST_TEST(chosen_of("head") == "1 of 2");
  browser()->press("a");
  BOOST_TEST(chosen_of("attention") == "cross");
  browser()->press("a");

  click_on("#map tbody tr:nth-child(3) button");
  BOOST_TEST(chosen_query() == "c");
  browser()->press("ArrowUp");  // in the table
  BOOST_TEST(chosen_query() == "</script>");
  BOOST_TEST(text_of("#map :focus") == "</script>");
  browser()->press("ArrowUp");
  browser()->press("ArrowUp");  // there is nothing above the first
  BOOST_TEST(chosen_query() == "a");
  click_on("#steps button:nth-child(3)");
  BOOST_TEST(chosen_step() == "mask");
  require_no_trouble();
}

BOOST_AUTO_TEST_CASE(the_focus_stays_where_it_is) {
  if (!browser()) return;
  const SmallTrace trace;
  open_page(trace.page);
  browser()->evaluate("document.querySelector('#steps button:nth-child(2)').focus()");
  browser()->press("Enter");
  BOOST_TEST(chosen_step() == "scores");
  BOOST_TEST(text_of(":focus") == "2 scores");
  browser()->evaluate("document.querySelector('#head').focus()");
  const std::string query = chosen_query();
  browser()->press("ArrowDown");
  browser()->press("ArrowUp");
  BOOST_TEST(browser()->evaluate("document.activeElement.id") == "head");
  BOOST_TEST(chosen_query() == query);
}

BOOST_AUTO_TEST_CASE(a_long_sentence_answers_a_key_at_once) {
  if (!browser()) return;
  std::vector<TracedAttention> attentions = {SmallTrace::attention("self", false, 128, 1)};
  TracedAttention& a = attentions.front();
  a.q = a.k;
  a.queries.assign(128, "word");
  a.keys.assign(128, "word");
  const TemporaryFolder folder;
  write_trace(folder / "trace.html", {.title = "long", .attentions = attentions});
  open_page(folder / "trace.html");
  // Time is the machine's; what is counted is what the page changes. It has 128 x 128 cells.
  browser()->evaluate(R"JS(window.changes_by = key => {
    const observer = new MutationObserver(() => {});
    observer.observe(document.body,
                     {subtree: true, childList: true, attributes: true, characterData: true});
    document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, key}));
    const size = node => 1 + (node.querySelectorAll ? node.querySelectorAll('*').length : 0);
    let changes = 0;
    for (const record of observer.takeRecords()) {
      changes += 1;
      for (const node of record.addedNodes) changes += size(node);
    }
    observer.disconnect();
    return changes;
  }, 0)JS");
  for (const char* key : {"w", "h"}) {
    const double changes = browser()->evaluate("changes_by('" + std::string(key) + "')");
    BOOST_TEST(changes > 0);
    BOOST_TEST(changes < 2000, key << " changes " << changes);
  }
  require_no_trouble();
}
