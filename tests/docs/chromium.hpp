// A headless Chromium that a test leads through pages.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temporary_folder.hpp"

namespace transformer::test {

/// The size of the window, whether it is a phone's, and the colours that the reader prefers.
struct Window {
  int width, height;
  bool phone, dark;
};

/// One browser with one open page, spoken to by the DevTools protocol over a pair of pipes.
class Chromium {
 public:
  /// The browser's program, if this machine has one.
  static std::optional<std::string> program();

  explicit Chromium(const std::string& program);
  ~Chromium();
  Chromium(const Chromium&) = delete;
  Chromium& operator=(const Chromium&) = delete;

  void set_window(const Window& window);
  /// Opens a page and waits until it and all that belongs to it is loaded.
  void open(const std::string& address);
  /// Opens the same page once more.
  void reload();
  /// The value of an expression on the page; of a promise, what it becomes. Throws what it throws.
  nlohmann::json evaluate(const std::string& expression);
  /// Waits until an expression on the page is true. Throws if it is not in time.
  void wait_until(const std::string& condition);
  /// Presses a key, by its name in the DOM: "ArrowRight", "a", ...
  void press(const std::string& key);
  /// Presses a key that leads to another page, and waits until that is loaded.
  void press_to_open(const std::string& key);
  void click(double x, double y);
  /// What the page looks like, as PNG.
  void save_screenshot(const std::filesystem::path& file);
  /// Errors that the console showed since the last call: exceptions, failed requests, messages.
  std::vector<std::string> take_errors();
  /// The addresses that were asked for since the last call.
  std::vector<std::string> take_requests();

 private:
  nlohmann::json call(const std::string& method, const nlohmann::json& parameters = {});
  nlohmann::json read_message();
  void handle_event(const nlohmann::json& event);
  void wait_until_loaded();

  TemporaryFolder profile_;
  int process_ = -1;
  int to_browser_ = -1;
  int from_browser_ = -1;
  int n_calls_ = 0;
  std::string session_;
  std::string received_;
  bool loaded_ = false;
  std::vector<std::string> errors_, requests_;
};

}  // namespace transformer::test
