// What a reader does with the HTML book: searches it, pages through it, answers its questions, on a
// desk and on a phone, with a keyboard alone, and with what reads a page aloud.
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

#include "tests/docs/book_reader.hpp"

namespace {

using namespace transformer::test;
using nlohmann::json;

constexpr Window desk = {1300, 1000, false, false}, phone = {390, 844, true, false};

Chromium& browser() { return Reader::get().browser; }

void open_page(const std::string& page, const Window& window = desk) {
  browser().set_window(window);
  browser().open(Reader::get().server.address() + page);
}

// Waits until MathJax has set the formulas of a page that has some.
void wait_for_formulas() {
  browser().wait_until("!document.querySelector('script[src*=mathjax]') || window.MathJax?.Hub");
  browser().evaluate(
      "window.MathJax && new Promise(done => MathJax.Hub.Queue(() => setTimeout(done, 50)))");
}

// Types into the search, which a key opens, and gives the addresses of what is found.
std::vector<std::string> found_for(const std::string& words) {
  browser().press("/");
  browser().wait_until("document.querySelector('dialog[open] input')");
  browser().evaluate("document.getElementById('query').value = ''");
  for (const char c : words) browser().press(std::string(1, c));
  return browser().evaluate(
      "[...document.querySelectorAll('#found a')].map(link => link.getAttribute('href'))");
}

struct Search {
  std::string words, page, anchor;  // what is typed; what its first hit's address holds
};

std::string file_in(const char* variable) {
  const char* path = std::getenv(variable);
  if (path == nullptr || *path == '\0') return {};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// What axe-core finds on the open page that keeps somebody from reading it.
json barriers(const std::string& axe) {
  browser().evaluate("void (0, eval)(" + json(axe).dump() + ")");
  return browser().evaluate(R"JS(axe.run().then(result => result.violations
      .filter(violation => ['critical', 'serious'].includes(violation.impact))
      .map(violation => [violation.id, violation.nodes.length, violation.nodes[0].html])))JS");
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_search_leads_a_learner_to_the_right_section) {
  if (skipped()) return;
  const std::vector<Search> searches = {{"label smoothing", "chapter_07", "label-smoothing"},
                                        {"why divide by sqrt", "chapter_03", "sqrt"},
                                        {"warm-up", "chapter_07", "warm-up"},
                                        {"softmax", "chapter_0", "softmax"},
                                        {"beam search", "chapter_08", "search"},
                                        {"layer norm", "chapter_05", "norm"},
                                        {"positional encoding", "chapter_02", ""},
                                        {"causal mask", "chapter_06", "causal-mask"},
                                        {"teacher forcing", "chapter_07", "teacher-forcing"},
                                        {"dropout", "chapter_05", "dropout"},
                                        {"embeddings", "chapter_01", ""},
                                        {"residual", "chapter_05", "residual"}};
  open_page("index.html");
  for (const Search& search : searches) {
    const std::vector<std::string> found = found_for(search.words);
    BOOST_REQUIRE(!found.empty());
    BOOST_TEST(found.front().starts_with(search.page),
               search.words << " leads to " << found.front());
    BOOST_TEST(found.front().find(search.anchor) != std::string::npos,
               search.words << " leads to " << found.front());
    browser().press("Escape");
  }
}

BOOST_AUTO_TEST_CASE(the_search_is_led_by_keys_and_finds_names_of_the_code_below_the_chapters) {
  if (skipped()) return;
  open_page("index.html");
  const std::vector<std::string> found = found_for("softmax_forward");
  BOOST_REQUIRE(!found.empty());
  const bool names_the_code = found.back().find("namespacetransformer") != std::string::npos;
  BOOST_TEST(names_the_code, found.back());
  const std::string first = found_for("causal mask").front();
  browser().press("ArrowDown");
  BOOST_TEST(browser().evaluate("document.activeElement.getAttribute('href')") == first);
  browser().press("ArrowUp");
  BOOST_TEST(browser().evaluate("document.activeElement.id") == "query");
  browser().press_to_open("Enter");
  const std::string now = browser().evaluate("location.pathname + location.hash");
  BOOST_TEST(now == "/" + first);
}

BOOST_AUTO_TEST_CASE(the_numbers_in_the_plan_of_the_transformer_lead_to_their_chapters) {
  if (skipped()) return;
  open_page("start.html");
  BOOST_TEST(browser().evaluate("document.querySelectorAll('.plan > a[aria-label]').length") == 16);
  // What is clicked is what lies in the middle of the number.
  const std::string clicked = browser().evaluate(R"((() => {
    const link = document.querySelector('.plan > a[href*="chapter_03"]');
    link.scrollIntoView({ block: 'center', behavior: 'instant' });
    const box = link.getBoundingClientRect();
    return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).title;
  })())");
  BOOST_TEST(clicked.find("Scaled dot-product attention") != std::string::npos, clicked);
}

BOOST_AUTO_TEST_CASE(keys_scroll_a_page_that_was_just_opened_and_turn_to_the_next) {
  if (skipped()) return;
  open_page("chapter_03_scaled_dot_product_attention.html");
  browser().press("PageDown");
  browser().wait_until("scrollY > 300");
  browser().press_to_open("n");
  const std::string title = browser().evaluate("document.querySelector('h1').textContent");
  BOOST_TEST(title.find("Multi-head attention") != std::string::npos, title);
}

BOOST_AUTO_TEST_CASE(the_first_key_reaches_a_way_to_the_text) {
  if (skipped()) return;
  open_page("chapter_03_scaled_dot_product_attention.html");
  browser().press("Tab");
  BOOST_TEST(browser().evaluate("document.activeElement.className") == "skip");
  browser().press("Enter");
  BOOST_TEST(browser().evaluate("document.activeElement.id") == "content");
}

BOOST_AUTO_TEST_CASE(the_place_is_kept_when_a_page_is_opened_again) {
  if (skipped()) return;
  for (const Window& window : {desk, phone}) {
    open_page("chapter_03_scaled_dot_product_attention.html", window);
    wait_for_formulas();
    browser().evaluate("scrollTo(0, 6000)");
    const char* seen =
        "(() => { const all = [...document.querySelectorAll('main :is(h2, h3, p)')];"
        " return all.findIndex(node => node.getBoundingClientRect().bottom > 60); })()";
    const int before = browser().evaluate(seen);
    BOOST_REQUIRE(before > 5);
    browser().reload();
    wait_for_formulas();
    const int after = browser().evaluate(seen);
    BOOST_TEST(std::abs(after - before) <= 1, after << " instead of " << before);
  }
}

BOOST_AUTO_TEST_CASE(a_phone_has_the_list_of_chapters_their_neighbours_and_how_far_one_is) {
  if (skipped()) return;
  open_page("chapter_03_scaled_dot_product_attention.html", phone);
  wait_for_formulas();
  BOOST_TEST(browser().evaluate("document.getElementById('contents').open") == false);
  browser().evaluate("document.querySelector('#contents summary').click()");
  const std::vector<std::string> listed = browser().evaluate(
      "[...document.querySelectorAll('#contents a[data-minutes]')].filter(link =>"
      " link.checkVisibility()).map(link => link.textContent)");
  const auto names = [&](const std::string& title) {
    return std::any_of(listed.begin(), listed.end(), [&](const std::string& text) {
      return text.find(title) != std::string::npos && text.ends_with(" min");
    });
  };
  BOOST_TEST(names("1. Embeddings"));
  BOOST_TEST(names("8. Translation"));
  browser().press("Escape");
  BOOST_TEST(browser().evaluate("document.getElementById('contents').open") == false);

  const std::vector<std::string> ways =
      browser().evaluate("[...document.querySelectorAll('.way a')].map(link => link.textContent)");
  BOOST_REQUIRE(ways.size() == 5u);  // two above, three below
  BOOST_TEST(ways[0].find("2. Positional encoding") != std::string::npos);
  BOOST_TEST(ways[1].find("4. Multi-head attention") != std::string::npos);

  BOOST_TEST(browser().evaluate("document.getElementById('place').textContent.startsWith('0 %')"));
  browser().evaluate("scrollTo(0, document.documentElement.scrollHeight)");
  browser().wait_until("document.getElementById('place').textContent.startsWith('100 %')");
}

BOOST_AUTO_TEST_CASE(a_question_answers_each_choice_by_keyboard) {
  if (skipped()) return;
  open_page("chapter_01_embeddings.html");
  const int n_questions = browser().evaluate("document.querySelectorAll('.quiz').length");
  BOOST_REQUIRE(n_questions >= 2);
  const std::string choices = "document.querySelectorAll('.quiz')[0].querySelectorAll('.choice')";
  const int n_choices = browser().evaluate(choices + ".length");
  int n_right = 0;
  for (int i = 0; i < n_choices; ++i) {
    const std::string choice = choices + "[" + std::to_string(i) + "]";
    browser().evaluate(choice + ".querySelector('summary').focus()");
    browser().press("Enter");
    browser().wait_until(choice + ".open && " + choice + ".matches('.tried')");
    const bool is_right = browser().evaluate(choice + ".matches('.tried.right')");
    const bool is_wrong = browser().evaluate(choice + ".matches('.tried.wrong')");
    BOOST_TEST(is_right != is_wrong);
    const std::string answer =
        browser().evaluate("(() => { const copy = " + choice +
                           ".cloneNode(true); copy.querySelector('summary').remove(); return "
                           "copy.textContent.trim(); })()");
    BOOST_TEST(answer.starts_with(is_right ? "Right" : "No"), answer);
    n_right += is_right ? 1 : 0;
    // The one before has folded again.
    BOOST_TEST(browser().evaluate("[..." + choices + "].filter(one => one.open).length") == 1);
  }
  BOOST_TEST(n_right == 1);
}

BOOST_AUTO_TEST_CASE(a_symbol_says_what_it_means) {
  if (skipped()) return;
  open_page("chapter_03_scaled_dot_product_attention.html");
  wait_for_formulas();
  const auto tip_of = [](const std::string& selector) {
    return browser().evaluate("(() => { const node = document.querySelector('" + selector +
                              "'); node.dispatchEvent(new Event('mouseenter'));"
                              " const tip = document.getElementById('tip');"
                              " return tip.hidden ? '' : tip.textContent; })()");
  };
  BOOST_TEST(tip_of("svg .symbol") != "");
  const std::string name = tip_of("code.symbol, .tt.symbol");
  BOOST_TEST(name.find(": ") != std::string::npos, name);
}

BOOST_AUTO_TEST_CASE(nothing_keeps_a_reader_out) {
  if (skipped()) return;
  const std::string axe = file_in("AXE");
  if (axe.empty()) {
    BOOST_TEST_MESSAGE("AXE names no axe.min.js: .ci/run fetches it; this test is left out");
    return;
  }
  std::vector<std::string> pages = chapters();
  // Of the reference of the code, one page of each kind.
  for (const char* page :
       {"annotated.html", "files.html", "namespaces.html", "classtransformer_1_1Embedding.html",
        "embedding_8hpp.html", "embedding_8hpp_source.html", "translation.html"}) {
    pages.emplace_back(page);
  }
  for (const bool dark : {false, true}) {
    for (const std::string& page : pages) {
      open_page(page, {1300, 1000, false, dark});
      wait_for_formulas();
      const json found = barriers(axe);
      BOOST_TEST(found.empty(), page << (dark ? " by night: " : ": ") << found.dump());
    }
  }
}
