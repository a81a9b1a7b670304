#include "src/run/run_directory.hpp"

#include <cerrno>
#include <system_error>

#include "src/io/atomic_file.hpp"

namespace transformer {
namespace {

const std::filesystem::path& created(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    errno = error ? error.value() : ENOTDIR;
    fail_with_errno(ExitCode::cannot_create, folder.string(), "cannot create the folder");
  }
  return folder;
}

void remove_temporaries_of(const std::filesystem::path& path) {
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path())) {
    std::error_code ignored;
    if (is_temporary_of(path, entry.path())) std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace

RunDirectory::RunDirectory(const std::filesystem::path& folder,
                           const std::vector<std::filesystem::path>& others)
    : paths_(created(folder)),
      lock_(paths_.lock, "trains in this folder; wait for it, or choose another folder") {
  remove_temporaries_of(paths_.checkpoint);
  for (const std::filesystem::path& other : others) remove_temporaries_of(other);
  // An old lock file may be writable where nothing new is: try what a save will do.
  const AtomicFile attempt(paths_.checkpoint);
}

}  // namespace transformer
