// The header of a safetensors file: what the reader and the writer share. Internal to the room.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/safetensors.hpp"

namespace transformer {

/// The metadata value of the key "digest" is this prefix and 32 hexadecimal digits: the XXH3-128 of
/// the file from its first byte to its last, where these digits count as zeros. Key and prefix
/// stand for each other, so that damage to one of them cannot make the digest look absent.
inline constexpr std::string_view digest_key = "digest";
inline constexpr std::string_view digest_prefix = "xxh3-128:";
inline constexpr std::string_view metadata_key = "__metadata__";

/// What a header says.
struct TensorHeader {
  std::vector<TensorInfo> tensors;  // in the order of their bytes
  std::map<std::string, std::string> metadata;
  std::string digest;  // 32 hexadecimal digits, or empty
};

/// Parses the JSON of a header and checks it against the `n_data_bytes` that follow it: types,
/// shapes, no hole, no overlap, nothing left over. Throws Error (bad_data) that begins with `path`.
TensorHeader parse_tensor_header(std::string_view json, Index n_data_bytes,
                                 const std::string& path);

/// Bits of one number; 0 when the format knows no such type.
int bits_of_dtype(std::string_view dtype);

/// "(3, 4)", as messages show a shape.
std::string shape_text(std::span<const Index> shape);

/// Elements of a shape, or -1 when they are more than `Index` can count.
Index n_elements(std::span<const Index> shape);

}  // namespace transformer
