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

std::optional<int> smaller(std::optional<int> a, std::optional<int> b) {
  return a && b ? std::min(a, b) : a ? a : b;
}

/// The smallest quota of a group and those it lies in, up to where their tree is mounted: a
/// container may not see its own group's path, but what is mounted there is its own group.
template <class Read>
std::optional<int> smallest_quota(const Path& mounted, const std::string& path, Read read) {
  std::optional<int> smallest = read(mounted);
  Path group = mounted;
  for (const Path& part : Path(path).relative_path()) {
    if (part == "..") break;
    group /= part;
    smallest = smaller(smallest, read(group));
  }
  return smallest;
}

bool has_processors(const std::string& controllers) {
  std::istringstream names(controllers);
  for (std::string name; std::getline(names, name, ',');) {
    if (name == "cpu") return true;
  }
  return false;
}

}  // namespace

std::optional<int> processor_quota(const Path& root) {
  const Path tree = root / "sys/fs/cgroup";
  std::ifstream groups(root / "proc/self/cgroup");
  std::optional<int> smallest;
  // A line for each tree of groups: number:controllers:path, without controllers in version 2.
  for (std::string line; std::getline(groups, line);) {
    const size_t first = line.find(':');
    const size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) {
      smallest = smaller(smallest, smallest_quota(tree, path, quota_in_one_file));
    } else if (has_processors(controllers)) {
      smallest = smaller(smallest, smallest_quota(tree / controllers, path, quota_in_two_files));
      smallest = smaller(smallest, smallest_quota(tree / "cpu", path, quota_in_two_files));
    }
  }
  return smallest;
}

}  // namespace transformer
