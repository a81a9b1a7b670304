#include "tests/docs/chromium.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <map>
#include <sstream>
#include <stdexcept>

namespace transformer::test {
namespace {

using nlohmann::json;

constexpr int timeout_ms = 60'000;

// The browser reads from descriptor 3 and writes to 4; it says nothing else.
[[noreturn]] void become_browser(const std::string& program, const std::string& profile, int in,
                                 int out) {
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int standard : {0, 1, 2}) dup2(nowhere, standard);
  // First out of the way of 3 and 4, then there.
  const int high_in = fcntl(in, F_DUPFD, 10), high_out = fcntl(out, F_DUPFD, 10);
  dup2(high_in, 3);
  dup2(high_out, 4);
  const std::string data = "--user-data-dir=" + profile;
  execlp(program.c_str(), program.c_str(), "--headless", "--remote-debugging-pipe", "--no-sandbox",
         "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
         "--hide-scrollbars", data.c_str(), "about:blank", static_cast<char*>(nullptr));
  _exit(127);
}

std::string decoded_base64(const std::string& text) {
  static const std::string digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned value = 0;
  int n_bits = 0;
  for (const char c : text) {
    const std::size_t digit = digits.find(c);
    if (digit == std::string::npos) break;
    value = value << 6U | static_cast<unsigned>(digit);
    n_bits += 6;
    if (n_bits < 8) continue;
    n_bits -= 8;
    bytes += static_cast<char>(value >> static_cast<unsigned>(n_bits) & 0xffU);
  }
  return bytes;
}

}  // namespace

std::optional<std::string> Chromium::program() {
  const char* path = std::getenv("PATH");
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
      const std::string file = folder + "/" + name;
      if (access(file.c_str(), X_OK) == 0) return file;
    }
  }
  return std::nullopt;
}

Chromium::Chromium(const std::string& program) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  std::array<int, 2> in = {}, out = {};
  if (pipe(in.data()) != 0 || pipe(out.data()) != 0) throw std::runtime_error("no pipes");
  for (const int end : {in[0], in[1], out[0], out[1]}) fcntl(end, F_SETFD, FD_CLOEXEC);
  process_ = fork();
  if (process_ == 0) become_browser(program, profile_.path(), in[0], out[1]);
  close(in[0]);
  close(out[1]);
  to_browser_ = in[1];
  from_browser_ = out[0];

  const json target = call("Target.createTarget", {{"url", "about:blank"}});
  session_ = call("Target.attachToTarget",
                  {{"targetId", target["targetId"]}, {"flatten", true}})["sessionId"];
  for (const char* domain : {"Page", "Runtime", "Log", "Network"})
    call(std::string(domain) + ".enable");
  // The server here would press every page as hard as it can, which takes longer than sending it.
  call("Network.setExtraHTTPHeaders", {{"headers", {{"Accept-Encoding", "identity"}}}});
}

Chromium::~Chromium() {
  close(to_browser_);  // the browser ends where nobody can speak to it
  close(from_browser_);
  bool gone = false;
  for (int i = 0; i < 50 && !gone; ++i) {
    usleep(100'000);
    gone = waitpid(process_, nullptr, WNOHANG) != 0;
  }
  if (gone) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

json Chromium::read_message() {
  std::size_t end = std::string::npos;
  while ((end = received_.find('\0')) == std::string::npos) {
    pollfd watched = {from_browser_, POLLIN, 0};
    std::array<char, 65536> bytes = {};
    const bool ready = poll(&watched, 1, timeout_ms) == 1;
    const ssize_t n = ready ? read(from_browser_, bytes.data(), bytes.size()) : 0;
    if (n <= 0) throw std::runtime_error(ready ? "the browser has gone" : "no answer in time");
    received_.append(bytes.data(), static_cast<std::size_t>(n));
  }
  json message = json::parse(received_.substr(0, end));
  received_.erase(0, end + 1);
  return message;
}

json Chromium::call(const std::string& method, const json& parameters) {
  json message = {{"id", ++n_calls_}, {"method", method}};
  message["params"] = parameters.is_null() ? json::object() : parameters;
  if (!session_.empty()) message["sessionId"] = session_;
  const std::string text = message.dump() + '\0';
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t n = write(to_browser_, text.data() + sent, text.size() - sent);
    if (n <= 0) throw std::runtime_error("the browser does not listen");
    sent += static_cast<std::size_t>(n);
  }
  while (true) {
    const json answer = read_message();
    if (answer.contains("method")) handle_event(answer);
    if (answer.value("id", 0) != n_calls_) continue;
    if (answer.contains("error")) throw std::runtime_error(method + answer["error"].dump());
    return answer["result"];
  }
}

void Chromium::handle_event(const json& event) {
  const std::string method = event["method"];
  const json& parameters = event["params"];
  if (method == "Page.loadEventFired") {
    loaded_ = true;
  } else if (method == "Network.requestWillBeSent") {
    requests_.push_back(parameters["request"]["url"]);
  } else if (method == "Runtime.exceptionThrown") {
    errors_.push_back(parameters["exceptionDetails"].dump());
  } else if (method == "Runtime.consoleAPICalled" &&
             (parameters["type"] == "error" || parameters["type"] == "assert")) {
    errors_.push_back(parameters["args"].dump());
  } else if (method == "Log.entryAdded" && parameters["entry"]["level"] == "error") {
    const json& entry = parameters["entry"];
    errors_.push_back(entry.value("text", "") + " " + entry.value("url", ""));
  }
}

void Chromium::set_window(const Window& window) {
  call("Emulation.setDeviceMetricsOverride", {{"width", window.width},
                                              {"height", window.height},
                                              {"deviceScaleFactor", 1},
                                              {"mobile", window.phone}});
  const json scheme = {{"name", "prefers-color-scheme"}, {"value", window.dark ? "dark" : "light"}};
  call("Emulation.setEmulatedMedia", {{"features", json::array({scheme})}});
}

void Chromium::open(const std::string& address) {
  loaded_ = false;
  const json answer = call("Page.navigate", {{"url", address}});
  if (answer.contains("errorText")) {
    throw std::runtime_error(address + ": " + answer["errorText"].get<std::string>());
  }
  wait_until_loaded();
}

void Chromium::wait_until_loaded() {
  while (!loaded_) {
    const json event = read_message();
    if (event.contains("method")) handle_event(event);
  }
}

json Chromium::evaluate(const std::string& expression) {
  const json answer =
      call("Runtime.evaluate",
           {{"expression", expression}, {"awaitPromise", true}, {"returnByValue", true}});
  if (answer.contains("exceptionDetails")) {
    throw std::runtime_error(answer["exceptionDetails"].dump());
  }
  return answer["result"].value("value", json());
}

void Chromium::wait_until(const std::string& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (evaluate("Boolean(" + condition + ")") != true) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("in vain: " + condition);
    usleep(20'000);
  }
}

void Chromium::press(const std::string& key) {
  // What a key does by itself, such as to scroll, hangs on its number.
  static const std::map<std::string, int> numbers = {
      {"Tab", 9},        {"Enter", 13},   {"Escape", 27},     {"PageDown", 34}, {"End", 35},
      {"ArrowLeft", 37}, {"ArrowUp", 38}, {"ArrowRight", 39}, {"ArrowDown", 40}};
  json event = {{"type", "keyDown"}, {"key", key}};
  if (key.size() == 1) event["text"] = key;
  if (key == "Enter") event["text"] = "\r";
  const auto number = numbers.find(key);
  if (number != numbers.end()) event["windowsVirtualKeyCode"] = number->second;
  call("Input.dispatchKeyEvent", event);
  event["type"] = "keyUp";
  event.erase("text");
  call("Input.dispatchKeyEvent", event);
}

void Chromium::press_to_open(const std::string& key) {
  loaded_ = false;
  press(key);
  wait_until_loaded();
}

void Chromium::reload() {
  loaded_ = false;
  call("Page.reload");
  wait_until_loaded();
}

void Chromium::click(double x, double y) {
  for (const char* type : {"mousePressed", "mouseReleased"}) {
    call("Input.dispatchMouseEvent",
         {{"type", type}, {"x", x}, {"y", y}, {"button", "left"}, {"clickCount", 1}});
  }
}

void Chromium::save_screenshot(const std::filesystem::path& file) {
  const json answer = call("Page.captureScreenshot", {{"format", "png"}});
  std::ofstream(file, std::ios::binary) << decoded_base64(answer["data"]);
}

std::vector<std::string> Chromium::take_errors() { return std::exchange(errors_, {}); }
std::vector<std::string> Chromium::take_requests() { return std::exchange(requests_, {}); }

}  // namespace transformer::test
