// A folder that is made anew, and the one that was there before.
#pragma once

#include <filesystem>

namespace transformer {

/// Moves a folder aside, if it is there, so that another can be made in its place. The old one
/// comes back, and the new one goes, unless `accept` is called before this object goes. One that a
/// killed program had moved aside comes back at the next start. Throws Error (cannot_create).
class KeptAside {
 public:
  explicit KeptAside(const std::filesystem::path& folder);
  ~KeptAside();
  KeptAside(const KeptAside&) = delete;
  KeptAside& operator=(const KeptAside&) = delete;

  /// What was made in its place stays.
  void accept();

 private:
  /// Nothing can be done where this fails; the next start tries again.
  void put_back() noexcept;

  std::filesystem::path folder_, aside_, gone_;
  bool is_accepted_ = false;
};

}  // namespace transformer
