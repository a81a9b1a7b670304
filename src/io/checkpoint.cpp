#include "src/io/checkpoint.hpp"

#include <algorithm>
#include <string_view>

#include "src/base/error.hpp"

namespace transformer {
namespace {

// Version 1 had no companions.
constexpr std::int64_t oldest_version = 1, format_version = 2;
constexpr std::string_view version_key = "format-version";

/// Calls `visit(name, view)` for every matrix of a checkpoint.
template <class Visit>
void for_each_matrix(const ParameterStore& store, Visit visit) {
  for (const Parameter& parameter : store.parameters()) {
    visit(parameter.path, parameter.value());
    visit("adam.first_moment." + parameter.path, store.first_moment(parameter));
    visit("adam.second_moment." + parameter.path, store.second_moment(parameter));
  }
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const ParameterStore& store,
                     Metadata metadata, const Companions& companions) {
  TensorFileWriter writer;
  for_each_matrix(store, [&](const std::string& name, MatrixView matrix) {
    const std::span<const float> numbers(matrix.data, static_cast<size_t>(matrix.size()));
    writer.add(name, {matrix.n_rows, matrix.n_columns}, numbers);
  });
  for (const auto& [name, bytes] : companions) writer.add_text(name, bytes);
  metadata[std::string(version_key)] = fmt::to_string(format_version);
  for (const auto& [key, value] : metadata) writer.set_metadata(key, value);
  writer.write(path);
}

Checkpoint::Checkpoint(const std::filesystem::path& path) : path_(path), file_(path) {
  if (file_.digest().empty()) {
    fail(ExitCode::bad_data, "{}: no digest to check it by; use a copy as this program wrote it",
         path.string());
  }
  const std::int64_t version = integer(std::string(version_key));
  if (version < oldest_version || version > format_version) {
    fail(ExitCode::bad_data,
         "{}: written by {} program, in format version {}; this one reads versions {} to {}; use "
         "the one that wrote it",
         path.string(), version > format_version ? "a newer version of this" : "another", version,
         oldest_version, format_version);
  }
  file_.require_finite();
}

Index Checkpoint::n_bytes() const {
  Index n = 0;
  for (const TensorInfo& tensor : file_.tensors()) n += tensor.n_bytes();
  return n;
}

const std::string& Checkpoint::text(const std::string& key) const {
  const auto found = metadata().find(key);
  if (found != metadata().end()) return found->second;
  fail(ExitCode::bad_data, "{}: no entry \"{}\"; it is not a checkpoint of this program",
       path_.string(), key);
}

std::int64_t Checkpoint::integer(const std::string& key) const {
  const std::optional<std::int64_t> number = number_in<std::int64_t>(text(key));
  constexpr std::int64_t most = std::int64_t{1} << 53;  // so that sums of them are numbers, too
  if (number && 0 <= *number && *number <= most) return *number;
  refuse(key, "a whole number");
}

void Checkpoint::refuse(const std::string& key, const std::string& expected) const {
  fail(ExitCode::bad_data, "{}: entry \"{}\" is \"{}\", expected {}; use another copy",
       path_.string(), key, text(key), expected);
}

std::optional<std::string_view> Checkpoint::companion(const std::string& name) const {
  if (!file_.contains(name)) return {};
  return file_.text(name);
}

void Checkpoint::load_into(ParameterStore& store,
                           const std::vector<std::string>& companions) const {
  std::vector<std::string> expected;
  for (const std::string& name : companions) {
    if (companion(name)) expected.push_back(name);
  }
  for_each_matrix(store, [&](const std::string& name, MatrixView) { expected.push_back(name); });
  file_.require_exactly(expected);
  for_each_matrix(store, [&](const std::string& name, MatrixView matrix) {
    const auto numbers = file_.values<float>(name, {matrix.n_rows, matrix.n_columns});
    std::copy(numbers.begin(), numbers.end(), matrix.data);
  });
}

}  // namespace transformer
