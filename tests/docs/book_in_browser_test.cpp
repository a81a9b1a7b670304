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

// What a page says about itself, once MathJax has set its formulas.
constexpr const char* report = R"JS(new Promise(done => {
  const tell = () => {
    const raw = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const node = walk.currentNode;
      const verbatim = 'pre, code, tt, .tt, script, style, svg, .fragment, .memproto, ' +
          '.memItemLeft, .memItemRight';
      if (node.parentElement.closest(verbatim)) continue;
      const math = /\$|\\(frac|sqrt|text|math|f\[|f\$)/;
      const marks =
          /\*\*|\\ilinebr|<\/t[dr]>|^\s*`|`\s*$|!\[|[^\[]\]\(|@(ref|section)|^\s*\.\/run /;
      if (math.test(node.data) || marks.test(node.data)) raw.push(node.data);
    }
    const formulas = document.querySelectorAll('script[type^="math/tex"]').length;
    const here = location.href.split('#')[0];
    done({
      raw,
      formulas,
      typeset: [...document.querySelectorAll('.MathJax_SVG svg')]
          .filter(svg => svg.querySelector('use, path, rect, text')).length,
      faults: [...document.querySelectorAll('.MathJax_SVG [fill="red"], .noError, .MathJax_Error')]
          .map(node => node.textContent),
      pictures: [...document.images].filter(image => image.complete && image.naturalWidth == 0)
          .map(image => image.src),
      links: [...new Set([...document.querySelectorAll('a[href]')].map(a => a.href))]
          .filter(link => !link.startsWith('javascript:')),
      anchors: [...document.querySelectorAll('[id], a[name]')].flatMap(node => [node.id, node.name])
          .filter(name => typeof name == 'string' && name),
    });
  };
  const look = () => !window.MathJax ? tell()
      : MathJax.Hub ? MathJax.Hub.Queue(tell) : setTimeout(look, 20);
  look();
}))JS";

void check_report(const std::string& page, const json& told) {
  BOOST_TEST(told["raw"].empty(), page << " shows raw text: " << told["raw"].dump());
  BOOST_TEST(told["faults"].empty(), page << " has wrong formulas: " << told["faults"].dump());
  BOOST_TEST(told["pictures"].empty(), page << " lacks pictures: " << told["pictures"].dump());
  BOOST_TEST(told["typeset"] == told["formulas"], page << " has formulas that are not typeset");
}

// Links within the book: the file is there, and has the anchor.
void check_links(const std::map<std::string, json>& reports, const std::string& address) {
  std::map<std::string, std::set<std::string>> anchors;
  for (const auto& [page, told] : reports) {
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

}  // namespace

BOOST_AUTO_TEST_CASE(every_page_opens_without_an_error_and_every_link_leads_somewhere) {
  if (skipped()) return;
  Reader& reader = Reader::get();
  reader.browser.set_window({1300, 1000, false, false});
  std::map<std::string, json> reports;
  std::size_t n_formulas = 0;
  for (const std::string& page : all_pages()) {
    reader.browser.open(reader.server.address() + page);
    const json told = reader.browser.evaluate(report);
    check_report(page, told);
    for (const std::string& error : reader.browser.take_errors()) {
      BOOST_ERROR(page << ": the console shows " << error);
    }
    n_formulas += told["formulas"].get<std::size_t>();
    reports[page] = told;
  }
  for (const std::string& path : reader.server.missing()) BOOST_ERROR("no file " << path);
  for (const std::string& request : reader.browser.take_requests()) {
    const bool stays_here = request.starts_with(reader.server.address()) ||
                            request.starts_with("data:") || request.starts_with("about:");
    BOOST_TEST(stays_here, "the book asks for " << request);
  }
  for (const std::string& page : all_pages()) {
    BOOST_TEST(fs::file_size(reader.folder / page) < 3'000'000u, page << " is too large");
  }
  check_links(reports, reader.server.address());
  BOOST_TEST(reports.size() > 100);
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
