// Named tensors in one file: the safetensors format (github.com/huggingface/safetensors), which
// PyTorch, JAX and others read and write, and here with a digest against silent damage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "src/base/index.hpp"
#include "src/tensor/view.hpp"

namespace transformer {

/// The format's name of a number type: `dtype_of<float>` is "F32".
template <class T>
constexpr std::string_view dtype_of = {};
template <>
inline constexpr std::string_view dtype_of<float> = "F32";
template <>
inline constexpr std::string_view dtype_of<double> = "F64";
template <>
inline constexpr std::string_view dtype_of<std::uint8_t> = "U8";
template <>
inline constexpr std::string_view dtype_of<std::int32_t> = "I32";
template <>
inline constexpr std::string_view dtype_of<std::uint32_t> = "U32";
template <>
inline constexpr std::string_view dtype_of<std::int64_t> = "I64";
template <>
inline constexpr std::string_view dtype_of<std::uint64_t> = "U64";

/// What a file says about one tensor.
struct TensorInfo {
  std::string name;
  std::string dtype;         ///< "F32", "F64", "I64" ...
  std::vector<Index> shape;  ///< Empty for a scalar; C order.
  Index begin = 0;           ///< Its bytes are [begin, end) of the data part of the file.
  Index end = 0;

  Index n_bytes() const { return end - begin; }
};

/// A file of tensors, read and checked as a whole: after construction nothing can fail but asking
/// for what is not in it. Every tensor lies in memory of its own, aligned to 64 bytes.
class TensorFile {
 public:
  /// The longest header that is read: the format's limit.
  static constexpr Index max_header_bytes = 100'000'000;

  /// Reads `path`. Throws Error: no_input when there is no such file; bad_data when it breaks any
  /// rule of the format (the tensor is named) or differs from the digest that it carries.
  explicit TensorFile(const std::filesystem::path& path);

  /// All tensors, in order of name.
  const std::vector<TensorInfo>& tensors() const { return tensors_; }
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// What the file says about itself, without the digest.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// The verified digest, 32 hexadecimal digits; empty for a file that carries none.
  const std::string& digest() const { return digest_; }

  /// The numbers of a tensor. Throws (bad_data) when it is missing or of another type.
  template <class T>
  std::span<const T> values(std::string_view name) const {
    const std::span<const std::byte> bytes = bytes_of(info(name), dtype_of<T>);
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  /// As above, and throws when the shape is not `shape`.
  template <class T>
  std::span<const T> values(std::string_view name, std::span<const Index> shape) const {
    require_shape(info(name), shape);
    return values<T>(name);
  }
  template <class T>
  std::span<const T> values(std::string_view name, std::initializer_list<Index> shape) const {
    return values<T>(name, std::span(shape.begin(), shape.size()));
  }
  /// The only number of a tensor, whatever its rank.
  template <class T>
  T scalar(std::string_view name) const {
    require_one_element(info(name));
    return values<T>(name)[0];
  }
  /// The bytes of a tensor of rank 1 and type U8.
  std::string_view text(std::string_view name) const;
  /// A tensor of rank 2.
  template <class T = float>
  BasicMatrixView<const T> matrix(std::string_view name) const {
    const TensorInfo& tensor = info(name);
    require_rank(tensor, 2, "a matrix");
    return {values<T>(name).data(), tensor.shape[0], tensor.shape[1]};
  }

  /// Throws (bad_data) when a name in `expected` is missing or the file has one that is not in it.
  void require_exactly(std::vector<std::string> expected) const;
  /// Throws (bad_data) when an F32 or F64 tensor holds a NaN or an infinity: legal in the format,
  /// but nothing to go on with.
  void require_finite() const;

 private:
  struct Free {
    void operator()(std::byte* data) const { operator delete[](data, std::align_val_t{64}); }
  };

  void sort_by_name(std::vector<TensorInfo> tensors);
  const TensorInfo* find(std::string_view name) const;
  const TensorInfo& info(std::string_view name) const;
  std::span<const std::byte> bytes_of(const TensorInfo& tensor, std::string_view dtype) const;
  void require_shape(const TensorInfo& tensor, std::span<const Index> shape) const;
  void require_one_element(const TensorInfo& tensor) const;
  void require_rank(const TensorInfo& tensor, size_t rank, std::string_view what) const;

  std::string path_;
  std::vector<TensorInfo> tensors_;  // by name
  std::vector<Index> places_;        // where tensor i begins in data_
  std::map<std::string, std::string> metadata_;
  std::string digest_;
  std::unique_ptr<std::byte[], Free> data_;
};

/// Collects tensors and writes them as one file. It keeps the spans, not the numbers: what they
/// show must stay alive, and is written as it is when `write` runs.
class TensorFileWriter {
 public:
  /// Throws (internal) when the name is taken or `shape` does not have `values.size()` elements.
  template <class T>
  void add(std::string name, std::vector<Index> shape, std::span<const T> values) {
    static_assert(!dtype_of<T>.empty(), "no such type in the format");
    add_bytes({std::move(name), std::string(dtype_of<T>), std::move(shape)}, std::as_bytes(values));
  }
  /// A text as its bytes: rank 1, type U8.
  void add_text(std::string name, std::string_view text);
  /// The key "digest" is taken.
  void set_metadata(std::string key, std::string value);

  /// Writes all that was added, with a digest over the whole file, and puts it in the place of
  /// `path` as `AtomicFile` does, with the same errors.
  void write(const std::filesystem::path& path) const;

 private:
  struct Item {
    TensorInfo info;
    std::span<const std::byte> bytes;
  };
  void add_bytes(TensorInfo info, std::span<const std::byte> bytes);
  /// In the order of the file: widest type first, then by name.
  std::vector<Item> in_order() const;
  std::string header(std::span<const Item> items) const;

  std::vector<Item> items_;
  std::unordered_set<std::string> names_;  // of the items
  std::map<std::string, std::string> metadata_;
};

}  // namespace transformer
