#include "src/system/processor_quota.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

namespace transformer {
namespace {

using Path = std::filesystem::path;

/// A number of processors from microseconds of work in a period; nothing where either is no number
/// ("max", a missing file) or not positive (-1).
std::optional<int> n_processors_for(std::istream& quota, std::istream& period) {
  std::int64_t work = 0, time = 0;
  if (!(quota >> work) || !(period >> time) || work <= 0 || time <= 0) return {};
  constexpr std::int64_t most = 1 << 20;
  return static_cast<int>(std::min(most, work / time + (work % time != 0 ? 1 : 0)));
}

/// Version 2: one file holds both numbers.
std::optional<int> quota_in_one_file(const Path& group) {
  std::ifstream file(group / "cpu.max");
  return n_processors_for(file, file);
}

/// Version 1: a file for each.
std::optional<int> quota_in_two_files(const Path& group) {
  std::ifstream quota(group / "cpu.cfs_quota_us"), period(group / "cpu.cfs_period_us");
  return n_processors_for(quota, period);
}

/// Bytes; nothing where the file holds no number ("max") or is missing.
std::optional<double> bytes_in(const Path& path) {
  std::ifstream file(path);
  double n_bytes = 0.0;
  if (!(file >> n_bytes) || n_bytes <= 0.0) return {};
  return n_bytes;
}

template <class Number>
std::optional<Number> smaller(std::optional<Number> a, std::optional<Number> b) {
  return a && b ? std::min(a, b) : a ? a : b;
}

/// The smallest quota of a group and those it lies in, up to where their tree is mounted: a
/// container may not see its own group's path, but what is mounted there is its own group.
template <class Read>
auto smallest_quota(const Path& mounted, const std::string& path, Read read) {
  auto smallest = read(mounted);
  Path group = mounted;
  for (const Path& part : Path(path).relative_path()) {
    if (part == "..") break;
    group /= part;
    smallest = smaller(smallest, read(group));
  }
  return smallest;
}

bool has(const std::string& controllers, const std::string& controller) {
  std::istringstream names(controllers);
  for (std::string name; std::getline(names, name, ',');) {
    if (name == controller) return true;
  }
  return false;
}

/// The smallest quota of a controller, which is read from a group of either version.
template <class ReadVersion2, class ReadVersion1>
auto smallest_quota_of(const std::string& controller, const Path& root, ReadVersion2 read_2,
                       ReadVersion1 read_1) {
  const Path tree = root / "sys/fs/cgroup";
  std::ifstream groups(root / "proc/self/cgroup");
  decltype(read_2(tree)) smallest;
  // A line for each tree of groups: number:controllers:path, without controllers in version 2.
  for (std::string line; std::getline(groups, line);) {
    const size_t first = line.find(':');
    const size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) {
      smallest = smaller(smallest, smallest_quota(tree, path, read_2));
    } else if (has(controllers, controller)) {
      smallest = smaller(smallest, smallest_quota(tree / controllers, path, read_1));
      smallest = smaller(smallest, smallest_quota(tree / controller, path, read_1));
    }
  }
  return smallest;
}

}  // namespace

std::optional<int> processor_quota(const Path& root) {
  return smallest_quota_of("cpu", root, quota_in_one_file, quota_in_two_files);
}

std::optional<double> memory_quota(const Path& root) {
  const auto version_2 = [](const Path& group) { return bytes_in(group / "memory.max"); };
  const auto version_1 = [](const Path& group) {
    return bytes_in(group / "memory.limit_in_bytes");
  };
  return smallest_quota_of("memory", root, version_2, version_1);
}

}  // namespace transformer
