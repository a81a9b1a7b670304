#include "src/run/metrics_log.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "src/base/error.hpp"
#include "src/io/numbers.hpp"

namespace transformer {
namespace {

// The number in `{"step":N,...}`, or -1 for any other line.
Index step_of(std::string_view line) {
  constexpr std::string_view start = R"({"step":)";
  Index step = -1;
  if (!line.starts_with(start) || !line.ends_with('}')) return -1;
  std::from_chars(line.data() + start.size(), line.data() + line.size(), step);
  return step;
}

// The number after `"name":` at its last place in `text`.
std::optional<double> last_number(std::string_view text, std::string_view name) {
  const std::string key = fmt::format("\"{}\":", name);
  const size_t found = text.rfind(key);
  if (found == text.npos) return {};
  text.remove_prefix(found + key.size());
  return number_in<double>(text.substr(0, text.find_first_of(",}")));
}

// How many bytes of `text` are whole lines up to and including `last_step`.
size_t bytes_until(std::string_view text, Index last_step) {
  size_t begin = 0;
  for (size_t end; (end = text.find('\n', begin)) != std::string_view::npos; begin = end + 1) {
    const Index step = step_of(text.substr(begin, end - begin));
    if (step < 0 || step > last_step) break;
  }
  return begin;
}

}  // namespace

MetricsLog::MetricsLog(const std::filesystem::path& path, Index last_step, Replace when)
    : file_(File::for_appending(path)), last_step_(last_step), waits_(when == Replace::when_told) {
  line_.reserve(1000);
  if (!waits_) shorten();
}

void MetricsLog::replace() {
  if (!std::exchange(waits_, false)) return;
  shorten();
  file_.write(kept_);
  kept_ = {};
  sync();
}

void MetricsLog::sync() {
  if (file_.is_regular()) file_.sync();
}

void MetricsLog::shorten() {
  if (!file_.is_regular()) return;  // a device keeps no lines
  file_.shorten(static_cast<Index>(bytes_until(file_.read_rest(), last_step_)));
}

void MetricsLog::append(Index step, std::initializer_list<Metric> metrics) {
  line_.clear();
  const auto out = std::back_inserter(line_);
  fmt::format_to(out, R"({{"step":{})", step);
  for (const Metric& metric : metrics) {
    if (std::isfinite(metric.value)) {
      fmt::format_to(out, R"(,"{}":{})", metric.name, metric.value);
    } else {
      fmt::format_to(out, R"(,"{}":null)", metric.name);
    }
  }
  line_ += "}\n";
  if (waits_) {
    kept_ += line_;
  } else {
    file_.write(line_);
  }
}

std::optional<double> newest_metric(const std::filesystem::path& path, Index last_step,
                                    std::string_view name) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return {};
  std::string text = File::regular(path).read_rest();
  text.resize(bytes_until(text, last_step));
  return last_number(text, name);
}

std::vector<LoggedStep> read_metrics(const std::filesystem::path& path) {
  std::vector<LoggedStep> log;
  const std::string text = File::regular(path).read_rest();
  for (size_t begin = 0, end; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
    const auto json =
        nlohmann::json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                              text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    LoggedStep& line = log.emplace_back();
    if (!json.is_object() || !json.contains("step") || !json["step"].is_number_integer()) {
      fail(ExitCode::bad_data, "{}:{}: not a line of a training's log; use another copy",
           path.string(), log.size());
    }
    line.step = json["step"].get<Index>();
    for (const auto& [name, value] : json.items()) {
      if (name != "step" && value.is_number()) line.metrics[name] = value.get<double>();
    }
  }
  return log;
}

}  // namespace transformer
