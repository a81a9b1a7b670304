#include "src/run/run_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>

#include "src/base/error.hpp"
#include "src/io/atomic_file.hpp"

namespace transformer {
namespace {

namespace fs = std::filesystem;

/// Makes the folders that are missing, and brings the name of each to the disk.
const fs::path& created(const fs::path& folder) {
  std::vector<fs::path> missing;
  std::error_code error;
  for (fs::path each = folder.lexically_normal(); each.has_relative_path();
       each = each.parent_path()) {
    if (!each.has_filename()) continue;
    if (fs::exists(fs::symlink_status(each, error))) break;
    missing.push_back(each);
  }
  fs::create_directories(folder, error);
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    errno = error ? error.value() : ENOTDIR;
    fail_with_errno(ExitCode::cannot_create, folder.string(), "cannot create the folder");
  }
  for (const fs::path& each : missing) sync_folder_of(each);
  return folder;
}

/// Calls `see` for each path in the folder.
template <class See>
void for_each_entry(const fs::path& folder, ExitCode code, See see) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) see(entry->path());
  if (!error) return;
  errno = error.value();
  fail_with_errno(code, folder.string(), "cannot read the folder");
}

/// The step in `checkpoint-500.safetensors`; 0 for any other name.
std::int64_t step_in(const std::string& name) {
  constexpr std::string_view begin = "checkpoint-";
  std::int64_t step = 0;
  if (!name.starts_with(begin)) return 0;
  const auto [end, error] =
      std::from_chars(name.data() + begin.size(), name.data() + name.size(), step);
  return error == std::errc() && std::string_view(end) == ".safetensors" ? step : 0;
}

/// True for what a killed save of `files`, or of a kept checkpoint, leaves behind.
bool is_left_over(const fs::path& path, const std::vector<fs::path>& files) {
  const auto is_of = [&](const fs::path& file) { return is_temporary_of(file, path); };
  const std::string name = path.filename().string();
  return std::any_of(files.begin(), files.end(), is_of) ||
         (step_in(name.substr(0, name.find(".tmp."))) > 0 &&
          is_of(path.parent_path() / name.substr(0, name.find(".tmp."))));
}

/// What a save will do, without the saving. An old lock file may be writable where nothing new is.
void try_to_write(const RunPaths& run, std::vector<fs::path> needed) {
  needed.push_back(run.checkpoint);
  for (const auto& [step, file] : run.all_kept()) needed.push_back(file);
  for (const fs::path& file : needed) const AtomicFile attempt(file);
  const File log = File::for_appending(run.log);
}

}  // namespace

std::map<std::int64_t, fs::path> RunPaths::all_kept(std::int64_t last) const {
  std::map<std::int64_t, fs::path> found;
  for_each_entry(folder, ExitCode::no_input, [&](const fs::path& path) {
    const std::int64_t step = step_in(path.filename().string());
    if (0 < step && step <= last) found.emplace(step, path);
  });
  return found;
}

RunDirectory::RunDirectory(const fs::path& folder, const std::vector<fs::path>& needed,
                           const std::vector<fs::path>& wished)
    : paths_(created(folder)),
      lock_(paths_.lock, "trains in this folder; wait for it, or choose another folder") {
  std::vector<fs::path> files = {paths_.checkpoint, paths_.best};
  for (const auto* more : {&needed, &wished}) files.insert(files.end(), more->begin(), more->end());
  for_each_entry(folder, ExitCode::cannot_create, [&](const fs::path& path) {
    std::error_code ignored;
    if (is_left_over(path, files)) fs::remove(path, ignored);
  });
  for (const fs::path& file : files) remove_temporaries_behind(file);
  try_to_write(paths_, needed);
}

}  // namespace transformer
