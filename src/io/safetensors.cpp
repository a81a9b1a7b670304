#include "src/io/safetensors.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "src/base/error.hpp"
#include "src/io/digest.hpp"
#include "src/io/file.hpp"
#include "src/io/safetensors_header.hpp"

namespace transformer {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

constexpr Index alignment = 64;
constexpr Index length_bytes = 8;  // the header's length, before the header

Index size_of(const File& file) {
  struct stat status {};
  if (fstat(file.descriptor(), &status) == -1) {
    fail_with_errno(ExitCode::no_input, file.name(), "cannot read");
  }
  return static_cast<Index>(status.st_size);
}

void read_exactly(File& file, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const Index n = file.read(bytes);
    if (n == 0) {
      fail(ExitCode::bad_data, "{}: became shorter while it was read; try again", file.name());
    }
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
}

// Reads length and header; all sizes are checked before memory is asked for.
std::string read_header(File& file, Index file_bytes, Digest& digest) {
  std::uint64_t n = 0;
  if (file_bytes < length_bytes) {
    fail(ExitCode::bad_data, "{}: truncated: {} bytes are too few for a safetensors file",
         file.name(), file_bytes);
  }
  const auto length = std::as_writable_bytes(std::span(&n, 1));
  read_exactly(file, length);
  digest.update(length);
  if (n > static_cast<std::uint64_t>(TensorFile::max_header_bytes)) {
    fail(
        ExitCode::bad_data,
        "{}: is no safetensors file: its header would have {} bytes, {} are the most there may be; "
        "{}",
        file.name(), n, TensorFile::max_header_bytes, "use another copy");
  }
  if (n > static_cast<std::uint64_t>(file_bytes - length_bytes)) {
    fail(ExitCode::bad_data, "{}: truncated: the header has {} bytes, the file {}; {}", file.name(),
         n, file_bytes, "use another copy");
  }
  std::string header(n, ' ');
  read_exactly(file, std::as_writable_bytes(std::span(header)));
  return header;
}

// The header as it was digested: zeros in the place of the digest.
std::string without_digest(std::string header, const std::string& digest) {
  const size_t place = header.find(std::string(digest_prefix) + digest);
  if (!digest.empty() && place != std::string::npos) {
    header.replace(place + digest_prefix.size(), digest.size(), digest.size(), '0');
  }
  return header;
}

template <class T>
Index first_not_finite(std::span<const T> values) {
  const auto found =
      std::find_if(values.begin(), values.end(), [](T value) { return !std::isfinite(value); });
  return found == values.end() ? -1 : found - values.begin();
}

}  // namespace

TensorFile::TensorFile(const std::filesystem::path& path) : path_(path.string()) {
  File file = File::regular(path);
  const Index file_bytes = size_of(file);
  Digest digest;
  const std::string json = read_header(file, file_bytes, digest);
  const Index n_data_bytes = file_bytes - length_bytes - static_cast<Index>(json.size());
  TensorHeader header = parse_tensor_header(json, n_data_bytes, path_);
  digest.update(without_digest(json, header.digest));

  // Give every tensor an aligned place: the file promises none.
  Index n_bytes = 0;
  for (const TensorInfo& tensor : header.tensors) {
    places_.push_back(n_bytes);
    n_bytes += round_up(tensor.n_bytes(), alignment);
  }
  data_.reset(new (std::align_val_t{alignment}) std::byte[static_cast<size_t>(n_bytes)]);
  for (size_t i = 0; i < places_.size(); ++i) {
    const std::span<std::byte> place(data_.get() + places_[i],
                                     static_cast<size_t>(header.tensors[i].n_bytes()));
    read_exactly(file, place);
    digest.update(place);
  }

  if (!header.digest.empty() && header.digest != digest.hex()) {
    fail(ExitCode::bad_data, "{}: the content does not match its digest; {}", path_,
         "the file was damaged or changed: use another copy");
  }
  metadata_ = std::move(header.metadata);
  digest_ = std::move(header.digest);
  sort_by_name(std::move(header.tensors));
}

void TensorFile::sort_by_name(std::vector<TensorInfo> tensors) {
  std::vector<std::pair<TensorInfo, Index>> sorted;
  for (size_t i = 0; i < tensors.size(); ++i) {
    sorted.emplace_back(std::move(tensors[i]), places_[i]);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.first.name < b.first.name; });
  for (size_t i = 0; i < sorted.size(); ++i) {
    tensors_.push_back(std::move(sorted[i].first));
    places_[i] = sorted[i].second;
  }
}

const TensorInfo* TensorFile::find(std::string_view name) const {
  const auto found = std::lower_bound(
      tensors_.begin(), tensors_.end(), name,
      [](const TensorInfo& tensor, std::string_view n) { return tensor.name < n; });
  return found != tensors_.end() && found->name == name ? &*found : nullptr;
}

const TensorInfo& TensorFile::info(std::string_view name) const {
  const TensorInfo* tensor = find(name);
  if (tensor == nullptr) {
    fail(ExitCode::bad_data, "{}: has no tensor '{}'; it was made for something else", path_, name);
  }
  return *tensor;
}

std::span<const std::byte> TensorFile::bytes_of(const TensorInfo& tensor,
                                                std::string_view dtype) const {
  if (tensor.dtype != dtype) {
    fail(ExitCode::bad_data, "{}: tensor '{}': expected {}, found {}; convert it", path_,
         tensor.name, dtype, tensor.dtype);
  }
  return {data_.get() + places_[static_cast<size_t>(&tensor - tensors_.data())],
          static_cast<size_t>(tensor.n_bytes())};
}

void TensorFile::require_shape(const TensorInfo& tensor, std::span<const Index> shape) const {
  if (!std::equal(shape.begin(), shape.end(), tensor.shape.begin(), tensor.shape.end())) {
    fail(ExitCode::bad_data, "{}: tensor '{}': expected shape {}, found {}; {}", path_, tensor.name,
         shape_text(shape), shape_text(tensor.shape), "it was made with other sizes");
  }
}

void TensorFile::require_rank(const TensorInfo& tensor, size_t rank, std::string_view what) const {
  if (tensor.shape.size() != rank) {
    fail(ExitCode::bad_data, "{}: tensor '{}': expected {}, found shape {}", path_, tensor.name,
         what, shape_text(tensor.shape));
  }
}

std::string_view TensorFile::text(std::string_view name) const {
  const TensorInfo& tensor = info(name);
  require_rank(tensor, 1, "a list of bytes");
  const std::span<const std::byte> bytes = bytes_of(tensor, dtype_of<std::uint8_t>);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void TensorFile::require_one_element(const TensorInfo& tensor) const {
  if (n_elements(tensor.shape) != 1) {
    fail(ExitCode::bad_data, "{}: tensor '{}': expected one number, found shape {}", path_,
         tensor.name, shape_text(tensor.shape));
  }
}

void TensorFile::require_exactly(std::vector<std::string> expected) const {
  std::sort(expected.begin(), expected.end());
  for (const std::string& name : expected) info(name);
  for (const TensorInfo& tensor : tensors_) {
    if (!std::binary_search(expected.begin(), expected.end(), tensor.name)) {
      fail(ExitCode::bad_data, "{}: tensor '{}' {} is unknown here; {}", path_, tensor.name,
           shape_text(tensor.shape), "it was made for something else");
    }
  }
}

void TensorFile::require_finite() const {
  for (const TensorInfo& tensor : tensors_) {
    const Index i = tensor.dtype == dtype_of<float> ? first_not_finite(values<float>(tensor.name))
                    : tensor.dtype == dtype_of<double>
                        ? first_not_finite(values<double>(tensor.name))
                        : -1;
    if (i != -1) {
      fail(ExitCode::bad_data, "{}: tensor '{}': element {} is not finite; use an earlier file",
           path_, tensor.name, i);
    }
  }
}

}  // namespace transformer
