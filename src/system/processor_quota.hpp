// How much processor time and memory the control groups of Linux grant: containers and batch queues
// limit them.
#pragma once

#include <filesystem>
#include <optional>

namespace transformer {

/// What the process may use in a time, as a number of processors: rounded up, at least 1. Nothing
/// where there is no quota, as on other systems. `root` is where proc/ and sys/ are.
std::optional<int> processor_quota(const std::filesystem::path& root = "/");

/// Bytes of memory, beyond which the system ends the process; nothing where there is no quota.
std::optional<double> memory_quota(const std::filesystem::path& root = "/");

}  // namespace transformer
