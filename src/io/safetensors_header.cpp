#include "src/io/safetensors_header.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <utility>

#include "src/base/error.hpp"
#include "src/io/digest.hpp"

namespace transformer {
namespace {

constexpr size_t max_rank = 16;

constexpr std::pair<std::string_view, int> bits_by_dtype[] = {
    {"F32", 32},    {"F64", 64},    {"I32", 32},        {"I64", 64},        {"U32", 32},
    {"U64", 64},    {"F16", 16},    {"BF16", 16},       {"I16", 16},        {"U16", 16},
    {"I8", 8},      {"U8", 8},      {"BOOL", 8},        {"C64", 64},        {"F8_E5M2", 8},
    {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"F4", 4},
    {"F6_E2M3", 6}, {"F6_E3M2", 6},
};

// Receives the parts of the JSON text one by one and accepts only what the format allows, so that
// depth, duplicates and number types are checked before anything is built.
class HeaderHandler : public nlohmann::json_sax<nlohmann::json> {
 public:
  HeaderHandler(TensorHeader& header, const std::string& path) : header_(header), path_(path) {}

  bool start_object(std::size_t) override {
    if (place_ == Place::file) {
      place_ = Place::root;
    } else if (place_ == Place::root) {
      place_ = key_ == metadata_key ? Place::metadata : Place::tensor;
      if (place_ == Place::tensor) start_tensor();
    } else {
      refuse("an object");
    }
    return true;
  }

  bool end_object() override {
    if (place_ == Place::tensor && !(has_dtype_ && has_shape_ && has_offsets_)) {
      fail(ExitCode::bad_data, "{}: {}: needs dtype, shape and data_offsets; {}", path_, where(),
           advice);
    }
    place_ = place_ == Place::root ? Place::file : Place::root;
    return true;
  }

  bool key(std::string& key) override {
    key_ = key;
    const bool is_new = place_ == Place::root       ? names_.insert(key).second
                        : place_ == Place::metadata ? metadata_keys_.insert(key).second
                                                    : mark_field();
    if (!is_new) {
      fail(ExitCode::bad_data, "{}: {}: duplicate or unknown key '{}'; {}", path_, where(), key,
           advice);
    }
    return true;
  }

  bool string(std::string& value) override {
    if (place_ == Place::metadata) {
      add_metadata(value);
    } else if (place_ == Place::tensor && key_ == "dtype") {
      if (bits_of_dtype(value) == 0) {
        fail(ExitCode::bad_data, "{}: {}: unknown dtype '{}'; convert it to F32", path_, where(),
             value);
      }
      tensor().dtype = value;
    } else {
      refuse("a string");
    }
    return true;
  }

  bool start_array(std::size_t) override {
    if (place_ == Place::tensor && key_ == "shape") {
      place_ = Place::shape;
    } else if (place_ == Place::tensor && key_ == "data_offsets") {
      place_ = Place::offsets;
    } else {
      refuse("a list");
    }
    return true;
  }

  bool end_array() override {
    if (place_ == Place::offsets) {
      if (offsets_.size() != 2) refuse_list("data_offsets needs two numbers");
      std::tie(tensor().begin, tensor().end) = std::pair(offsets_[0], offsets_[1]);
    }
    place_ = Place::tensor;
    return true;
  }

  bool number_unsigned(number_unsigned_t value) override {
    if (place_ != Place::shape && place_ != Place::offsets) refuse("a number");
    std::vector<Index>& list = place_ == Place::shape ? tensor().shape : offsets_;
    if (list.size() == max_rank) refuse_list("has more than 16 numbers in a list");
    if (value > static_cast<number_unsigned_t>(std::numeric_limits<Index>::max())) {
      refuse_list("has a number that is too large");
    }
    list.push_back(static_cast<Index>(value));
    return true;
  }

  bool null() override { return refuse("null"); }
  bool boolean(bool) override { return refuse("true or false"); }
  bool number_integer(number_integer_t) override { return refuse("a negative number"); }
  bool number_float(number_float_t, const string_t&) override {
    return refuse("a number that is not whole or too large");
  }
  bool binary(binary_t&) override { return refuse("binary data"); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    fail(ExitCode::bad_data, "{}: the header is not valid JSON at its byte {}; {}", path_, position,
         advice);
  }

  static constexpr std::string_view advice = "the file is damaged or not a safetensors file";

 private:
  enum class Place { file, root, metadata, tensor, shape, offsets };

  TensorInfo& tensor() { return header_.tensors.back(); }

  void start_tensor() {
    header_.tensors.emplace_back().name = key_;
    has_dtype_ = has_shape_ = has_offsets_ = false;
    offsets_.clear();
  }

  // True when `key_` is a field of a tensor that was not there yet.
  bool mark_field() {
    if (key_ == "dtype") return !std::exchange(has_dtype_, true);
    if (key_ == "shape") return !std::exchange(has_shape_, true);
    if (key_ == "data_offsets") return !std::exchange(has_offsets_, true);
    return false;
  }

  void add_metadata(const std::string& value) {
    const bool is_digest = value.starts_with(digest_prefix);
    if (is_digest != (key_ == digest_key) ||
        (is_digest && value.size() != digest_prefix.size() + Digest::n_hex_digits)) {
      fail(ExitCode::bad_data,
           "{}: metadata '{}': '{}' and values that begin with '{}' are kept for a digest of the "
           "file, which this is none of; the file is damaged, or another program means something "
           "else by it: rename it",
           path_, key_, digest_key, digest_prefix);
    }
    if (is_digest) {
      header_.digest = value.substr(digest_prefix.size());
    } else {
      header_.metadata[key_] = value;
    }
  }

  std::string where() const {
    if (place_ == Place::metadata) return "metadata";
    const bool in_tensor = !header_.tensors.empty() && place_ != Place::root;
    return in_tensor ? fmt::format("tensor '{}'", header_.tensors.back().name) : "header";
  }

  bool refuse(std::string_view what) const {
    fail(ExitCode::bad_data, "{}: {}: {} where none may be (after '{}'); {}", path_, where(), what,
         key_, advice);
  }
  void refuse_list(std::string_view what) const {
    fail(ExitCode::bad_data, "{}: {}: {}; {}", path_, where(), what, advice);
  }

  TensorHeader& header_;
  const std::string& path_;
  Place place_ = Place::file;
  std::string key_;
  std::set<std::string> names_, metadata_keys_;
  std::vector<Index> offsets_;
  bool has_dtype_ = false, has_shape_ = false, has_offsets_ = false;
};

// The bytes that a tensor of this type and shape takes, or -1 when they cannot be counted.
Index expected_bytes(const TensorInfo& tensor) {
  const Index n = n_elements(tensor.shape);
  Index n_bits = 0;
  if (n < 0 || __builtin_mul_overflow(n, Index{bits_of_dtype(tensor.dtype)}, &n_bits)) return -1;
  return n_bits % 8 == 0 ? n_bits / 8 : -1;
}

// Tensors must lie one after the other: from the first byte to the last, no hole, no overlap.
void check_layout(const std::vector<TensorInfo>& tensors, Index n_data_bytes,
                  const std::string& path) {
  Index position = 0;
  for (const TensorInfo& tensor : tensors) {
    if (tensor.begin != position || tensor.end < tensor.begin) {
      fail(ExitCode::bad_data,
           "{}: tensor '{}': data_offsets [{}, {}] overlap others or leave a hole, expected to "
           "begin at {}; the file is damaged",
           path, tensor.name, tensor.begin, tensor.end, position);
    }
    const Index n_bytes = expected_bytes(tensor);
    if (n_bytes < 0 || n_bytes != tensor.n_bytes()) {
      fail(ExitCode::bad_data,
           "{}: tensor '{}': {} {} does not fit its {} bytes; the file is damaged", path,
           tensor.name, tensor.dtype, shape_text(tensor.shape), tensor.n_bytes());
    }
    position = tensor.end;
  }
  if (position != n_data_bytes) {
    fail(ExitCode::bad_data,
         "{}: {}: the header says {} bytes of data, the file has {}; use another copy", path,
         position > n_data_bytes ? "truncated" : "trailing bytes", position, n_data_bytes);
  }
}

}  // namespace

int bits_of_dtype(std::string_view dtype) {
  const auto found = std::find_if(std::begin(bits_by_dtype), std::end(bits_by_dtype),
                                  [&](const auto& entry) { return entry.first == dtype; });
  return found == std::end(bits_by_dtype) ? 0 : found->second;
}

std::string shape_text(std::span<const Index> shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

Index n_elements(std::span<const Index> shape) {
  Index n = 1;
  for (const Index extent : shape) {
    if (extent < 0 || __builtin_mul_overflow(n, extent, &n)) return -1;
  }
  return n;
}

TensorHeader parse_tensor_header(std::string_view json, Index n_data_bytes,
                                 const std::string& path) {
  // The parser would take a byte order mark before the text and a NUL as its end.
  const size_t last = json.find_last_not_of(" \t\n\r");
  if (json.empty() || json.front() != '{' || json[last] != '}' ||
      json.find('\0') != std::string_view::npos) {
    fail(ExitCode::bad_data, "{}: the header is not one JSON object; {}", path,
         HeaderHandler::advice);
  }
  TensorHeader header;
  HeaderHandler handler(header, path);
  nlohmann::json::sax_parse(json.begin(), json.end(), &handler);

  std::sort(header.tensors.begin(), header.tensors.end(),
            [](const TensorInfo& a, const TensorInfo& b) {
              return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
            });
  check_layout(header.tensors, n_data_bytes, path);
  return header;
}

}  // namespace transformer
