// Small tensor files for the tests of this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/safetensors.hpp"

namespace transformer::test {

/// The bytes of a file with this header and so many bytes of data, whatever sense that makes.
inline std::string raw_file(std::string_view header, size_t n_data_bytes = 0) {
  const std::uint64_t n = header.size();
  std::string bytes(reinterpret_cast<const char*>(&n), sizeof n);
  bytes += header;
  return bytes + std::string(n_data_bytes, '\1');
}

/// Two matrices and a counter that all say which version of the file this is.
inline void save_version(const std::filesystem::path& path, float version, Index n_rows = 4) {
  const std::vector<float> weights(static_cast<size_t>(n_rows * 8), version);
  const std::vector<double> moments(static_cast<size_t>(n_rows * 8), version);
  const std::vector<std::int64_t> step = {static_cast<std::int64_t>(version)};
  TensorFileWriter writer;
  writer.add<float>("weights", {n_rows, 8}, weights);
  writer.add<double>("moments", {n_rows, 8}, moments);
  writer.add<std::int64_t>("step", {}, step);
  writer.set_metadata("format", "1");
  writer.write(path);
}

/// The version that `save_version` wrote; -1 when the tensors do not agree on one.
inline std::int64_t version_of(const std::filesystem::path& path) {
  const TensorFile file(path);
  const auto step = file.scalar<std::int64_t>("step");
  for (const float weight : file.values<float>("weights")) {
    if (weight != static_cast<float>(step)) return -1;
  }
  for (const double moment : file.values<double>("moments")) {
    if (moment != static_cast<double>(step)) return -1;
  }
  return step;
}

}  // namespace transformer::test
