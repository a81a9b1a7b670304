// A training run on disk: everything that is needed to go on bit for bit, in one file that PyTorch
// users can open, too.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "chapters/05_encoder/encoder.hpp"
#include "src/autograd/parameter_store.hpp"
#include "src/io/safetensors.hpp"

namespace transformer {

/// What a checkpoint says beside its numbers: settings and counters by name, as text.
using Metadata = std::map<std::string, std::string>;

/// The model's sizes, under the names of the command line: "d-model", "n-heads", ...
Metadata describe(const ModelConfig& config);
/// The way back. Throws Error (bad_data) where an entry is missing or not a number.
ModelConfig model_config_of(const Metadata& metadata);

/// An entry as a whole number. Throws Error (bad_data) where it is missing or not one.
std::int64_t integer_of(const Metadata& metadata, const std::string& key);

/// Writes the parameters under their paths, Adam's moments under `adam.first_moment.<path>` and
/// `adam.second_moment.<path>`, and the metadata. Atomically: whatever happens, the old or the new
/// checkpoint is there. Throws Error (io, cannot_create).
void save_checkpoint(const std::filesystem::path& path, const ParameterStore& store,
                     Metadata metadata);

/// A checkpoint that was read and checked: its digest, its version, no NaN or infinity in it.
class Checkpoint {
 public:
  /// Throws Error: no_input where there is none, bad_data where it is damaged or of a newer
  /// version.
  explicit Checkpoint(const std::filesystem::path& path);

  const Metadata& metadata() const { return file_.metadata(); }

  /// Copies the parameters, and Adam's moments, into a store whose model has the same parameters.
  /// Throws Error (bad_data) where one is missing, too many or of another shape.
  void load_into(ParameterStore& store) const;

 private:
  std::filesystem::path path_;
  TensorFile file_;
};

}  // namespace transformer
