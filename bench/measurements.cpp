#include "bench/measurements.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "src/base/error.hpp"

namespace transformer::bench {
namespace {

using Json = nlohmann::json;

/// Google Benchmark appends how it measured: `NAME/iterations:8/real_time`.
std::string plain_name(const std::string& name) {
  return name.substr(0, std::min(name.find("/iterations:"), name.find("/real_time")));
}

double seconds_per(const std::string& unit) {
  if (unit == "ns") return 1e-9;
  if (unit == "us") return 1e-6;
  return unit == "ms" ? 1e-3 : 1.0;
}

Measurement measurement_of(const Json& entry) {
  Measurement measurement;
  measurement.seconds =
      entry.at("real_time").get<double>() * seconds_per(entry.at("time_unit").get<std::string>());
  for (const char* name :
       {"flops", "bytes", "bytes_read", "target_tokens", "peak_memory", "sentences", "same"}) {
    if (entry.contains(name)) measurement.counters[name] = entry.at(name).get<double>();
  }
  return measurement;
}

}  // namespace

double Measurement::counter(const std::string& name) const {
  const auto found = counters.find(name);
  return found == counters.end() ? 0.0 : found->second;
}

void Measurements::read(const std::filesystem::path& path, const std::string& contender) try {
  std::ifstream file(path);
  const Json results = Json::parse(file);
  for (const auto& [key, value] : results.at("context").items()) {
    if (value.is_string()) remarks_[key] = value.get<std::string>();
  }
  for (const Json& entry : results.at("benchmarks")) {
    const std::string work = plain_name(entry.at("name").get<std::string>());
    if (entry.value("error_occurred", false)) {
      fail(ExitCode::bad_data, "{}: {}: {}", path.string(), work,
           entry.value("error_message", "failed"));
    }
    if (std::find(works_.begin(), works_.end(), work) == works_.end()) works_.push_back(work);
    runs_[{work, contender}].push_back(measurement_of(entry));
  }
} catch (const Json::exception& error) {
  fail(ExitCode::bad_data, "{}: {}", path.string(), error.what());
}

std::optional<Measurement> Measurements::of(const std::string& work,
                                            const std::string& contender) const {
  const auto found = runs_.find({work, contender});
  if (found == runs_.end()) return {};
  const auto middle = [&](auto number_of) {
    std::vector<double> numbers;
    for (const Measurement& run : found->second) numbers.push_back(number_of(run));
    return median(numbers);
  };

  Measurement result;
  result.seconds = middle([](const Measurement& run) { return run.seconds; });
  for (const auto& [name, value] : found->second.front().counters) {
    result.counters[name] = middle([&](const Measurement& run) { return run.counter(name); });
  }
  return result;
}

std::optional<std::string> Measurements::remark(const std::string& key) const {
  const auto found = remarks_.find(key);
  return found == remarks_.end() ? std::nullopt : std::optional(found->second);
}

double median(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  const size_t n = numbers.size();
  return 0.5 * (numbers[(n - 1) / 2] + numbers[n / 2]);
}

}  // namespace transformer::bench
