// The page of --trace, opened in a browser: what it shows, and ways through it.
#pragma once

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/docs/chromium.hpp"

namespace transformer::test {

/// A browser that is there once for all tests; none where the machine has none, which it says.
inline Chromium* browser() {
  static const auto program = Chromium::program();
  if (!program) {
    std::cout << "skipped: there is no Chromium here; apt-get install chromium\n";
    return nullptr;
  }
  static Chromium only(*program);
  return &only;
}

inline void open_page(const std::filesystem::path& page) {
  browser()->set_window({1000, 1200, false, false});
  browser()->open("file://" + page.string());
}

inline void require_no_trouble() {
  BOOST_TEST(browser()->take_errors().empty());
  // It asks for nothing: no file, no network.
  BOOST_TEST(browser()->evaluate("performance.getEntriesByType('resource').length") == 0);
}

// ---- What the page shows ------------------------------------------------------------------------

/// The texts of the table of all queries and keys: each row begins with its query.
inline std::vector<std::vector<std::string>> map_shown() {
  return browser()->evaluate(
      "[...document.querySelectorAll('#map tbody tr')]"
      ".map(row => [...row.cells].map(cell => cell.textContent))");
}

inline std::string text_of(const std::string& selector) {
  return browser()->evaluate("document.querySelector('" + selector + "').textContent");
}

inline std::string chosen_query() { return text_of("#map tr.chosen th"); }
/// The chosen step without its number.
inline std::string chosen_step() {
  const std::string text = text_of("#steps [aria-current]");
  return text.substr(text.find(' ') + 1);
}
inline void go_to_step(const std::string& name) {
  browser()->evaluate("set({step: '" + name + "'})");
  BOOST_TEST(chosen_step() == name);
}
inline std::string chosen_of(const std::string& list) {
  return browser()->evaluate("document.querySelector('#" + list + "').selectedOptions[0].text");
}

/// Clicks with the mouse into the middle of an element.
inline void click_on(const std::string& selector) {
  const nlohmann::json middle = browser()->evaluate(
      "(() => { const box = document.querySelector('" + selector +
      "').getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()");
  browser()->click(middle[0], middle[1]);
}

/// The number that a text of the page says; the page has the minus of books.
inline double number_in(const std::string& text) {
  const std::string_view minus = "−";
  const bool negative = text.starts_with(minus);
  const std::string digits = negative ? text.substr(minus.size()) : text;
  const double size = digits == "∞" ? INFINITY : std::stod(digits);
  return negative ? -size : size;
}

inline void check_number(const std::string& text, double expected) {
  constexpr double three_digits = 6e-4;
  if (text == "< 0.001") {
    BOOST_TEST((expected > 0.0 && expected < three_digits), text << " is shown for " << expected);
    return;
  }
  const double shown = number_in(text);
  BOOST_TEST((shown == expected || std::abs(shown - expected) < three_digits),
             text << " is shown for " << expected);
}

}  // namespace transformer::test
