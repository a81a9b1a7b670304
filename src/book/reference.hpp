// The reference check: what a chapter computes beside what an independent implementation computed.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "src/autograd/parameter_store.hpp"
#include "src/io/safetensors.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// The file of references of a chapter: data/reference/<chapter>.safetensors of the project.
std::filesystem::path reference_file(std::string_view chapter);

/// Hands out the inputs that a reference file holds and compares results with its expected arrays,
/// all in float64 or int64 (data/reference/README.md says who made them). Every array of the file
/// must be read or compared, so that nothing goes unchecked.
///
/// Arrays have at most two dimensions; a list (n) counts as the matrix (1, n), a number as (1, 1).
/// Asking for an array that is missing or holds something else throws Error (bad_data).
class ReferenceCheck {
 public:
  /// A result a agrees with what is expected, e, where |a - e| <= tolerance * (1 + |e|).
  explicit ReferenceCheck(const std::filesystem::path& file, double tolerance = 1e-5);

  // ---- Inputs ----

  /// Numbers, as float32.
  Matrix input(const std::string& name);
  /// A single number, and a single whole number.
  double number(const std::string& name);
  Index count(const std::string& name);
  std::vector<TokenId> tokens(const std::string& name);
  std::vector<Index> offsets(const std::string& name);
  /// Sets every parameter of the store to the array `prefix` + its path.
  void load_values(ParameterStore& store, const std::string& prefix = "parameters/");
  /// Sets those of a list of settings (src/io/settings.hpp) that the file has: `d-model` to
  /// `config/d_model`.
  template <class Settings>
  void read_settings(Settings& settings);

  // ---- Results ----

  /// Compares a result with the array `name`. A difference is remembered, not thrown.
  void compare(const std::string& name, ConstMatrixView actual);
  void compare(const std::string& name, double actual);
  void compare(const std::string& name, std::span<const double> actual);
  /// Whole numbers must be equal.
  void compare(const std::string& name, std::span<const TokenId> actual);
  void compare(const std::string& name, std::span<const Index> actual);
  /// Compares every parameter of the store, or its gradient, with the array `prefix` + its path.
  void compare_values(const ParameterStore& store, const std::string& prefix);
  void compare_gradients(const ParameterStore& store, const std::string& prefix = "gradients/");

  /// Prints one line, `reference: 14 arrays, largest difference 3.1e-07 (tolerance 1e-05): ok`, or
  /// what differs first, or what was never read. Returns the exit code for main.
  int finish();

  /// The largest |a - e| / (1 + |e|) so far, and the array that it is in.
  double largest_difference() const { return largest_difference_; }
  const std::string& largest_difference_in() const { return largest_difference_in_; }

 private:
  /// What the file says about an array, which counts as read from now on.
  const TensorInfo& touch(const std::string& name);
  /// `config/d_model` for "d-model", if the file has it.
  std::optional<std::string> name_of_setting(std::string_view setting) const;
  template <class T>
  BasicMatrixView<const T> expected(const std::string& name);
  template <class T>
  T only_number(const std::string& name);
  template <class T, class U>
  void compare_numbers(const std::string& name, BasicMatrixView<const T> actual,
                       BasicMatrixView<const U> expected, double tolerance);
  void remember_failure(const std::string& message);
  std::string first_untouched() const;

  TensorFile file_;
  std::string file_name_;
  double tolerance_;
  std::set<std::string> touched_;
  std::set<std::string> compared_;
  double largest_difference_ = 0;
  std::string largest_difference_in_;
  std::string first_failure_;
};

template <class Settings>
void ReferenceCheck::read_settings(Settings& settings) {
  each_setting(settings, [&](std::string_view setting, auto& value, const auto&...) {
    using Number = std::remove_reference_t<decltype(value)>;
    const std::optional<std::string> name = name_of_setting(setting);
    if (!name) return;
    if constexpr (std::is_integral_v<Number>) {
      value = static_cast<Number>(count(*name));
    } else {
      value = static_cast<Number>(number(*name));
    }
  });
}

}  // namespace transformer
