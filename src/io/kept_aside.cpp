#include "src/io/kept_aside.hpp"

#include <system_error>

#include "src/base/error.hpp"

namespace transformer {

namespace fs = std::filesystem;

KeptAside::KeptAside(const std::filesystem::path& folder)
    : folder_(folder), aside_(folder), gone_(folder) {
  aside_ += ".old";
  gone_ += ".gone";
  std::error_code error;
  fs::remove_all(gone_, error);
  if (fs::exists(aside_, error)) put_back();
  if (!fs::exists(folder_, error)) return;
  fs::rename(folder_, aside_, error);
  if (!error) return;
  fail(ExitCode::cannot_create, "{}: cannot move it to {}: {}; check the folder", folder_.string(),
       aside_.string(), error.message());
}

KeptAside::~KeptAside() {
  if (!is_accepted_) put_back();
}

void KeptAside::accept() {
  is_accepted_ = true;
  // By another name first: half of it must not come back.
  std::error_code ignored;
  fs::rename(aside_, gone_, ignored);
  fs::remove_all(gone_, ignored);
}

void KeptAside::put_back() noexcept {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  if (fs::exists(aside_, ignored)) fs::rename(aside_, folder_, ignored);
}

}  // namespace transformer
