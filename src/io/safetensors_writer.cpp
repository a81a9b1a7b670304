#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "src/base/error.hpp"
#include "src/io/atomic_file.hpp"
#include "src/io/digest.hpp"
#include "src/io/safetensors.hpp"
#include "src/io/safetensors_header.hpp"

namespace transformer {
namespace {

// A JSON string; throws when `text` is not UTF-8, which nobody could read back.
std::string quoted(const std::string& text) {
  try {
    return nlohmann::json(text).dump();
  } catch (const nlohmann::json::exception&) {
    fail(ExitCode::internal, "a tensor's name or a metadata value is not valid UTF-8");
  }
}

// The order of the file: widest type first, so that every tensor is aligned in it, then by name.
bool comes_before(const TensorInfo& a, const TensorInfo& b) {
  const int a_bits = bits_of_dtype(a.dtype), b_bits = bits_of_dtype(b.dtype);
  return a_bits != b_bits ? a_bits > b_bits : a.name < b.name;
}

}  // namespace

void TensorFileWriter::add_bytes(TensorInfo info, std::span<const std::byte> bytes) {
  const Index n_bits = n_elements(info.shape) * bits_of_dtype(info.dtype);
  if (n_bits != static_cast<Index>(bytes.size()) * 8) {
    fail(ExitCode::internal, "tensor '{}': {} bytes do not fill {} {}", info.name, bytes.size(),
         info.dtype, shape_text(info.shape));
  }
  if (info.name == metadata_key || !names_.insert(info.name).second) {
    fail(ExitCode::internal, "two tensors with the name '{}'", info.name);
  }
  items_.push_back({std::move(info), bytes});
}

std::vector<TensorFileWriter::Item> TensorFileWriter::in_order() const {
  std::vector<Item> items = items_;
  std::sort(items.begin(), items.end(),
            [](const Item& a, const Item& b) { return comes_before(a.info, b.info); });
  return items;
}

void TensorFileWriter::add_text(std::string name, std::string_view text) {
  add_bytes({std::move(name), std::string(dtype_of<std::uint8_t>), {std::ssize(text)}},
            std::as_bytes(std::span(text)));
}

void TensorFileWriter::set_metadata(std::string key, std::string value) {
  if (key == digest_key || value.starts_with(digest_prefix)) {
    fail(ExitCode::internal, "metadata '{}' is set by the writer itself", key);
  }
  metadata_[std::move(key)] = std::move(value);
}

std::string TensorFileWriter::header(std::span<const Item> items) const {
  const std::string zeros(Digest::n_hex_digits, '0');
  std::string json =
      fmt::format(R"({{"{}":{{"{}":"{}{}")", metadata_key, digest_key, digest_prefix, zeros);
  for (const auto& [key, value] : metadata_) {
    json += fmt::format(",{}:{}", quoted(key), quoted(value));
  }
  json += "}";
  size_t begin = 0;
  for (const auto& [info, bytes] : items) {
    json += fmt::format(R"(,{}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})",
                        quoted(info.name), info.dtype, fmt::join(info.shape, ","), begin,
                        begin + bytes.size());
    begin += bytes.size();
  }
  json += "}";
  // Spaces at the end let the data begin at a multiple of 8.
  json.append(static_cast<size_t>(round_up(static_cast<Index>(json.size()), 8)) - json.size(), ' ');
  if (static_cast<Index>(json.size()) > TensorFile::max_header_bytes) {
    fail(ExitCode::internal, "a header of {} bytes could not be read back", json.size());
  }
  return json;
}

void TensorFileWriter::write(const std::filesystem::path& path) const {
  const std::vector<Item> items = in_order();
  std::string json = header(items);
  const std::uint64_t n = json.size();
  const auto length = std::as_bytes(std::span(&n, 1));

  // Digest the file as it stands, with zeros for the digest, then put the digest there.
  Digest digest;
  digest.update(length).update(json);
  for (const Item& item : items) digest.update(item.bytes);
  const size_t place = json.find(digest_prefix) + digest_prefix.size();
  json.replace(place, Digest::n_hex_digits, digest.hex());

  AtomicFile file(path);
  file.write(length);
  file.write(json);
  for (const Item& item : items) file.write(item.bytes);
  file.commit();
}

}  // namespace transformer
