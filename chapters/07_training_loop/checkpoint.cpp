#include "chapters/07_training_loop/checkpoint.hpp"

#include <algorithm>
#include <locale>
#include <sstream>
#include <string_view>

#include "src/base/error.hpp"

namespace transformer {
namespace {

constexpr std::int64_t format_version = 1;
constexpr std::string_view version_key = "format-version";

/// Calls `visit(name, view)` for every matrix of a checkpoint.
template <class Visit>
void for_each_matrix(const ParameterStore& store, Visit visit) {
  for (const Parameter& parameter : store.parameters()) {
    visit(parameter.path, parameter.variable.value());
    visit("adam.first_moment." + parameter.path, parameter.first_moment);
    visit("adam.second_moment." + parameter.path, parameter.second_moment);
  }
}

template <class Number>
Number number_of(const Metadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) {
    fail(ExitCode::bad_data, "checkpoint: no entry \"{}\"; it was not written by this program",
         key);
  }
  // The C locale's rules, whatever the reader's are.
  std::istringstream text(found->second);
  text.imbue(std::locale::classic());
  Number number{};
  if (!(text >> number) || text.peek() != std::istringstream::traits_type::eof()) {
    fail(ExitCode::bad_data, "checkpoint: entry \"{}\" is \"{}\", expected a number", key,
         found->second);
  }
  return number;
}

}  // namespace

std::int64_t integer_of(const Metadata& metadata, const std::string& key) {
  return number_of<std::int64_t>(metadata, key);
}

Metadata describe(const ModelConfig& config) {
  return {{"d-model", fmt::to_string(config.d_model)},
          {"d-ff", fmt::to_string(config.d_ff)},
          {"n-heads", fmt::to_string(config.n_heads)},
          {"n-layers", fmt::to_string(config.n_layers)},
          {"p-drop", fmt::to_string(config.p_drop)},
          {"n-positions", fmt::to_string(config.n_positions)}};
}

ModelConfig model_config_of(const Metadata& metadata) {
  return {.d_model = integer_of(metadata, "d-model"),
          .d_ff = integer_of(metadata, "d-ff"),
          .n_heads = integer_of(metadata, "n-heads"),
          .n_layers = integer_of(metadata, "n-layers"),
          .p_drop = number_of<float>(metadata, "p-drop"),
          .n_positions = integer_of(metadata, "n-positions")};
}

//! [save]
void save_checkpoint(const std::filesystem::path& path, const ParameterStore& store,
                     Metadata metadata) {
  TensorFileWriter writer;
  for_each_matrix(store, [&](const std::string& name, MatrixView matrix) {
    const std::span<const float> numbers(matrix.data, static_cast<size_t>(matrix.size()));
    writer.add(name, {matrix.n_rows, matrix.n_columns}, numbers);
  });
  metadata[std::string(version_key)] = fmt::to_string(format_version);
  for (const auto& [key, value] : metadata) writer.set_metadata(key, value);
  writer.write(path);
}
//! [save]

Checkpoint::Checkpoint(const std::filesystem::path& path) : path_(path), file_(path) {
  const std::int64_t version = integer_of(metadata(), std::string(version_key));
  if (version != format_version) {
    fail(ExitCode::bad_data, "{}: format version {}, this program reads version {}; use the one {}",
         path.string(), version, format_version, "that wrote it");
  }
  file_.require_finite();
}

void Checkpoint::load_into(ParameterStore& store) const {
  std::vector<std::string> expected;
  for_each_matrix(store, [&](const std::string& name, MatrixView) { expected.push_back(name); });
  file_.require_exactly(expected);
  for_each_matrix(store, [&](const std::string& name, MatrixView matrix) {
    const auto numbers = file_.values<float>(name, {matrix.n_rows, matrix.n_columns});
    std::copy(numbers.begin(), numbers.end(), matrix.data);
  });
}

}  // namespace transformer
