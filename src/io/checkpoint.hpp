// A training run on disk: everything that is needed to go on bit for bit, in one file that PyTorch
// users can open, too.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/autograd/parameter_store.hpp"
#include "src/io/numbers.hpp"
#include "src/io/safetensors.hpp"

namespace transformer {

/// What a checkpoint says beside its numbers: settings and counters by name, as text.
using Metadata = std::map<std::string, std::string>;

/// What belongs to a model and is none of its numbers, by name and as bytes: a vocabulary, say.
using Companions = std::map<std::string, std::string>;

/// Writes the parameters under their paths, Adam's moments under `adam.first_moment.PATH` and
/// `adam.second_moment.PATH`, the metadata, and the companions as tensors of bytes under their
/// names. Atomically: whatever happens, the old or the new checkpoint is there, as a whole. Throws
/// Error (io, cannot_create).
void save_checkpoint(const std::filesystem::path& path, const ParameterStore& store,
                     Metadata metadata, const Companions& companions = {});

/// A checkpoint that was read and checked: its digest, its version, no NaN or infinity in it.
class Checkpoint {
 public:
  /// Throws Error: no_input where there is none, bad_data where it is damaged or of a newer
  /// version.
  explicit Checkpoint(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const Metadata& metadata() const { return file_.metadata(); }
  /// Whether the metadata has this entry.
  bool has(const std::string& key) const { return metadata().contains(key); }
  /// Bytes of all its tensors.
  Index n_bytes() const;

  /// An entry of the metadata: as text, as a whole number >= 0, as a number between two bounds.
  /// Throw Error (bad_data) where it is missing or not that.
  const std::string& text(const std::string& key) const;
  std::int64_t integer(const std::string& key) const;
  template <class Number>
  Number number(const std::string& key, Number low, Number high) const;

  /// The bytes of a companion; nothing where it has none of this name. Throws Error (bad_data)
  /// where what has this name is no companion.
  std::optional<std::string_view> companion(const std::string& name) const;

  /// Copies the parameters, and Adam's moments, into a store whose model has the same parameters.
  /// Throws Error (bad_data) where one is missing, too many or of another shape, or where there is
  /// a companion that is not among those that the caller knows.
  void load_into(ParameterStore& store, const std::vector<std::string>& companions = {}) const;

 private:
  [[noreturn]] void refuse(const std::string& key, const std::string& expected) const;

  std::filesystem::path path_;
  TensorFile file_;
};

template <class Number>
Number Checkpoint::number(const std::string& key, Number low, Number high) const {
  const std::optional<Number> number = number_in<Number>(text(key));
  if (number && low <= *number && *number <= high) return *number;
  refuse(key, fmt::format("a number from {} to {}", low, high));
}

}  // namespace transformer
