// A training run on disk: everything that is needed to go on bit for bit, in one file that PyTorch
// users can open, too.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chapters/05_encoder/encoder.hpp"
#include "src/autograd/parameter_store.hpp"
#include "src/io/safetensors.hpp"

namespace transformer {

/// What a checkpoint says beside its numbers: settings and counters by name, as text.
using Metadata = std::map<std::string, std::string>;

/// What belongs to a model and is none of its numbers, by name and as bytes: a vocabulary, say.
using Companions = std::map<std::string, std::string>;

/// No model is larger in any way: what the command line takes and a checkpoint may claim.
inline constexpr ModelConfig largest_model = {
    .d_model = 65536, .d_ff = 262144, .n_heads = 1024, .n_layers = 1000, .n_positions = 65536};

/// The model's sizes, under the names of the command line: "d-model", "n-heads", ...
Metadata describe(const ModelConfig& config);

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
  /// Bytes of all its tensors.
  Index n_bytes() const;

  /// An entry of the metadata. These throw Error (bad_data) where it is missing, where it is not a
  /// whole number >= 0, or where no model has such sizes.
  const std::string& text(const std::string& key) const;
  std::int64_t integer(const std::string& key) const;
  ModelConfig model_config() const;

  /// The bytes of a companion; nothing where it has none of this name. Throws Error (bad_data)
  /// where what has this name is no companion.
  std::optional<std::string_view> companion(const std::string& name) const;

  /// Copies the parameters, and Adam's moments, into a store whose model has the same parameters.
  /// Throws Error (bad_data) where one is missing, too many or of another shape, or where there is
  /// a companion that is not among those that the caller knows.
  void load_into(ParameterStore& store, const std::vector<std::string>& companions = {}) const;

 private:
  template <class Number>
  Number number(const std::string& key) const;

  std::filesystem::path path_;
  TensorFile file_;
};

}  // namespace transformer
