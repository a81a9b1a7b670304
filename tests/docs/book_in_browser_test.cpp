// The HTML book in a browser: every page opens without an error, its formulas are typeset, its
// links lead somewhere, and it fits on a phone. Skipped where there is no Chromium.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>

#include "tests/docs/book_reader.hpp"

namespace {

namespace fs = std::filesystem;
using namespace transformer::test;
using nlohmann::json;

// What a page shows that it should not, and where it leads: of one that is open, or only parsed.
constexpr const char* functions = R"JS(
const text_left_raw = page => {
  const raw = [];
  const walk = document.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  const verbatim = 'pre, code, tt, .tt, script, style, svg, .fragment, .memproto, ' +
      '.memItemLeft, .memItemRight';
  const math = /\$|\\(frac|sqrt|text|math|f\[|f\$)/;
  const marks = /\*\*|\\ilinebr|<\/t[dr]>|^\s*`|`\s*$|!\[|[^\[]\]\(|@(ref|section)|^\s*\.\/run /;
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node.parentElement.closest(verbatim)) continue;
    if (math.test(node.data) || marks.test(node.data)) raw.push(node.data);
  }
  return raw;
};
const told_by = (page, address) => {
  const whole = link => new URL(link, address).href;
  const links = [...page.querySelectorAll('a[href]')].map(a => whole(a.getAttribute('href')));
  const pictures = [...page.images].map(image => whole(image.getAttribute('src')));
  return {
    raw: text_left_raw(page),
    links: [...new Set([...links, ...pictures])].filter(link => /^(http|file)/.test(link)),
    anchors: [...page.querySelectorAll('[id], a[name]')].flatMap(node => [node.id, node.name])
        .filter(name => typeof name == 'string' && name),
  };
};
)JS";

// What the open page says about itself, once MathJax has set its formulas.
const std::string report = "(() => {" + std::string(functions) + R"JS(
return new Promise(done => {
  const tell = () => done({
    ...told_by(document, location.href),
    formulas: document.querySelectorAll('script[type^="math/tex"]').length,
    typeset: [...document.querySelectorAll('.MathJax_SVG svg')]
        .filter(svg => svg.querySelector('use, path, rect, text')).length,
    faults: [...document.querySelectorAll('.MathJax_SVG [fill="red"], .noError, .MathJax_Error')]
        .map(node => node.textContent),
    pictures: [...document.images].filter(image => image.complete && image.naturalWidth == 0)
        .map(image => image.src),
  });
  const look = () => !window.MathJax ? tell()
      : MathJax.Hub ? MathJax.Hub.Queue(tell) : setTimeout(look, 20);
  look();
}); })())JS";

// What pages say about themselves that are read and parsed, but not opened.
std::string report_of(const std::vector<std::string>& pages) {
  return "(async () => {" + std::string(functions) + "const pages = " + json(pages).dump() + R"JS(;
const told = {};
for (const name of pages) {
  const text = await (await fetch(name)).text();
  const page = new DOMParser().parseFromString(text, 'text/html');
  told[name] = told_by(page, new URL(name, location.href).href);
}
return told; })())JS";
}

void check_open_page(const std::string& page, const json& told) {
  BOOST_TEST(told["faults"].empty(), page << " has wrong formulas: " << told["faults"].dump());
  BOOST_TEST(told["pictures"].empty(), page << " lacks pictures: " << told["pictures"].dump());
  BOOST_TEST(told["typeset"] == told["formulas"], page << " has formulas that are not typeset");
}

// Text and links within the book: nothing raw, the file is there, and has the anchor.
void check_text_and_links(const std::map<std::string, json>& reports, const std::string& address) {
  std::map<std::string, std::set<std::string>> anchors;
  for (const auto& [page, told] : reports) {
    BOOST_TEST(told["raw"].empty(), page << " shows raw text: " << told["raw"].dump());
    for (const std::string anchor : told["anchors"]) anchors[page].insert(anchor);
  }
  for (const auto& [page, told] : reports) {
    for (std::string link : told["links"]) {
      if (!link.starts_with(address)) continue;
      link.erase(0, address.size());
      const std::string file = link.substr(0, link.find('#'));
      const std::string target = file.empty() ? "index.html" : file;
      BOOST_TEST(fs::exists(Reader::get().folder / target), page << " links to missing " << link);
      const std::string anchor = link.substr(std::min(link.find('#'), link.size() - 1) + 1);
      if (link.find('#') == std::string::npos || anchor.empty()) continue;
      BOOST_TEST(anchors[target].contains(anchor), page << " links to no anchor: " << link);
    }
  }
}

// Opens pages, one after the other; returns what they say about themselves.
std::map<std::string, json> reports_of_open(const std::vector<std::string>& pages) {
  Reader& reader = Reader::get();
  reader.browser.set_window({1300, 1000, false, false});
  std::map<std::string, json> reports;
  for (const std::string& page : pages) {
    reader.browser.open(reader.server.address() + page);
    reports[page] = reader.browser.evaluate(report);
    check_open_page(page, reports[page]);
    for (const std::string& error : reader.browser.take_errors()) {
      BOOST_ERROR(page << ": the console shows " << error);
    }
  }
  return reports;
}

}  // namespace

// Opened are the pages that somebody wrote, and of those that Doxygen makes, each like the next,
// every eighth; the others are only parsed, which takes less time.
BOOST_AUTO_TEST_CASE(every_page_opens_without_an_error_and_every_link_leads_somewhere) {
  if (skipped()) return;
  Reader& reader = Reader::get();
  const std::vector<std::string> written = chapters();
  std::vector<std::string> opened, parsed;
  std::size_t n_made = 0;
  for (const std::string& page : all_pages()) {
    const bool is_written = std::find(written.begin(), written.end(), page) != written.end();
    (is_written || n_made++ % 8 == 0 ? opened : parsed).push_back(page);
  }
  std::map<std::string, json> reports = reports_of_open(opened);
  std::size_t n_formulas = 0;
  for (const auto& [page, told] : reports) n_formulas += told["formulas"].get<std::size_t>();
  reports.merge(reader.browser.evaluate(report_of(parsed)).get<std::map<std::string, json>>());
  check_text_and_links(reports, reader.server.address());

  for (const std::string& path : reader.server.missing()) BOOST_ERROR("no file " << path);
  for (const std::string& request : reader.browser.take_requests()) {
    const bool stays_here = request.starts_with(reader.server.address()) ||
                            request.starts_with("data:") || request.starts_with("about:");
    BOOST_TEST(stays_here, "the book asks for " << request);
  }
  for (const auto& [page, told] : reports) {
    BOOST_TEST(fs::file_size(reader.folder / page) < 3'000'000u, page << " is too large");
  }
  BOOST_TEST(opened.size() > 100);
  BOOST_TEST(reports.size() == all_pages().size());
  BOOST_TEST(n_formulas > 20);
}

BOOST_AUTO_TEST_CASE(chapters_fit_on_a_phone_and_on_a_desk_by_day_and_by_night) {
  if (skipped()) return;
  Reader& reader = Reader::get();
  const char* screenshots = std::getenv("BOOK_SCREENSHOTS");
  for (const bool phone : {true, false}) {
    for (const bool dark : {false, true}) {
      reader.browser.set_window({phone ? 390 : 1300, phone ? 844 : 1000, phone, dark});
      for (const std::string& page : chapters()) {
        reader.browser.open(reader.server.address() + page);
        reader.browser.evaluate(report);
        const int excess = reader.browser.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth");
        BOOST_TEST(excess <= 0, page << " is too wide by " << excess);
        const bool is_dark =
            reader.browser.evaluate("document.documentElement.classList.contains('dark-mode')");
        BOOST_TEST(is_dark == dark, page);
        if (screenshots == nullptr) continue;
        const std::string kind = std::string(phone ? "phone" : "desk") + (dark ? "_dark" : "");
        reader.browser.save_screenshot(fs::path(screenshots) / (page + "_" + kind + ".png"));
      }
    }
  }
}
