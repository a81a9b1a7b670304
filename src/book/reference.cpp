#include "src/book/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/base/error.hpp"
#include "src/run/root.hpp"

namespace transformer {

std::filesystem::path reference_file(std::string_view chapter) {
  return project_root() / "data" / "reference" / fmt::format("{}.safetensors", chapter);
}

ReferenceCheck::ReferenceCheck(const std::filesystem::path& file, double tolerance)
    : file_(file), file_name_(file.filename().string()), tolerance_(tolerance) {}

const TensorInfo& ReferenceCheck::touch(const std::string& name) {
  const auto& tensors = file_.tensors();
  const auto found =
      std::find_if(tensors.begin(), tensors.end(), [&](const auto& t) { return t.name == name; });
  if (found == tensors.end()) {
    fail(ExitCode::bad_data, "{}: has no array \"{}\"; make_references.py says what it has",
         file_name_, name);
  }
  if (found->shape.size() > 2) {
    fail(ExitCode::bad_data, "{}: \"{}\" has {} dimensions, two are the most", file_name_, name,
         found->shape.size());
  }
  touched_.insert(name);
  return *found;
}

template <class T>
BasicMatrixView<const T> ReferenceCheck::expected(const std::string& name) {
  const std::vector<Index>& shape = touch(name).shape;
  const std::span<const T> values = file_.values<T>(name);
  return {values.data(), shape.size() == 2 ? shape[0] : 1, shape.empty() ? 1 : shape.back()};
}

template <class T>
T ReferenceCheck::only_number(const std::string& name) {
  touch(name);
  return file_.scalar<T>(name);
}

// ---- Inputs ------------------------------------------------------------------------------------

Matrix ReferenceCheck::input(const std::string& name) {
  return matrix_of<float>(expected<double>(name));
}

double ReferenceCheck::number(const std::string& name) { return only_number<double>(name); }

std::optional<std::string> ReferenceCheck::name_of_setting(std::string_view setting) const {
  std::string name = fmt::format("config/{}", setting);
  std::replace(name.begin(), name.end(), '-', '_');
  if (!file_.contains(name)) return {};
  return name;
}

Index ReferenceCheck::count(const std::string& name) {
  return static_cast<Index>(only_number<std::int64_t>(name));
}

std::vector<TokenId> ReferenceCheck::tokens(const std::string& name) {
  touch(name);
  const std::span<const std::int64_t> values = file_.values<std::int64_t>(name);
  return {values.begin(), values.end()};
}

std::vector<Index> ReferenceCheck::offsets(const std::string& name) {
  touch(name);
  const std::span<const std::int64_t> values = file_.values<std::int64_t>(name);
  return {values.begin(), values.end()};
}

void ReferenceCheck::load_values(ParameterStore& store, const std::string& prefix) {
  for (const Parameter& parameter : store.parameters()) {
    const MatrixView value = parameter.value();
    const auto given = expected<double>(prefix + parameter.path);
    if (!same_shape(value, given)) {
      fail(ExitCode::bad_data, "{}: \"{}{}\" is ({}, {}), the model's is ({}, {})", file_name_,
           prefix, parameter.path, given.n_rows, given.n_columns, value.n_rows, value.n_columns);
    }
    for (Index i = 0; i < value.n_rows; ++i) {
      for (Index j = 0; j < value.n_columns; ++j) value(i, j) = static_cast<float>(given(i, j));
    }
  }
}

// ---- Results -----------------------------------------------------------------------------------

void ReferenceCheck::remember_failure(const std::string& message) {
  if (first_failure_.empty()) first_failure_ = message;
}

template <class T, class U>
void ReferenceCheck::compare_numbers(const std::string& name, BasicMatrixView<const T> actual,
                                     BasicMatrixView<const U> expected, double tolerance) {
  compared_.insert(name);
  if (!same_shape(actual, expected)) {
    remember_failure(fmt::format("{} is ({}, {}), expected ({}, {})", name, actual.n_rows,
                                 actual.n_columns, expected.n_rows, expected.n_columns));
    return;
  }
  for (Index i = 0; i < actual.n_rows; ++i) {
    for (Index j = 0; j < actual.n_columns; ++j) {
      const auto a = static_cast<double>(actual(i, j)), e = static_cast<double>(expected(i, j));
      const double difference = std::abs(a - e) / (1 + std::abs(e));
      // A number that is not finite passes no comparison, so it is the largest of all.
      if (!(difference <= largest_difference_)) {
        largest_difference_ = std::isnan(difference) ? HUGE_VAL : difference;
        largest_difference_in_ = name;
      }
      if (difference <= tolerance) continue;
      const std::string limit =
          tolerance > 0 ? fmt::format(" (tolerance {:.0e})", tolerance) : std::string();
      remember_failure(
          fmt::format("{} at ({}, {}): expected {:.9g}, found {:.9g}{}", name, i, j, e, a, limit));
    }
  }
}

void ReferenceCheck::compare(const std::string& name, ConstMatrixView actual) {
  compare_numbers(name, actual, expected<double>(name), tolerance_);
}

void ReferenceCheck::compare(const std::string& name, double actual) {
  compare(name, std::span(&std::as_const(actual), 1));
}

void ReferenceCheck::compare(const std::string& name, std::span<const double> actual) {
  const BasicMatrixView<const double> row(actual.data(), 1, static_cast<Index>(actual.size()));
  compare_numbers(name, row, expected<double>(name), tolerance_);
}

void ReferenceCheck::compare(const std::string& name, std::span<const TokenId> actual) {
  const BasicMatrixView<const TokenId> row(actual.data(), 1, static_cast<Index>(actual.size()));
  compare_numbers(name, row, expected<std::int64_t>(name), 0.0);
}

void ReferenceCheck::compare(const std::string& name, std::span<const Index> actual) {
  const BasicMatrixView<const Index> row(actual.data(), 1, static_cast<Index>(actual.size()));
  compare_numbers(name, row, expected<std::int64_t>(name), 0.0);
}

void ReferenceCheck::compare_values(const ParameterStore& store, const std::string& prefix) {
  for (const Parameter& parameter : store.parameters()) {
    compare(prefix + parameter.path, ConstMatrixView(parameter.variable.value()));
  }
}

void ReferenceCheck::compare_gradients(const ParameterStore& store, const std::string& prefix) {
  for (const Parameter& parameter : store.parameters()) {
    compare(prefix + parameter.path, parameter.variable.gradient());
  }
}

// ---- The verdict -------------------------------------------------------------------------------

std::string ReferenceCheck::first_untouched() const {
  for (const TensorInfo& tensor : file_.tensors()) {
    if (!touched_.contains(tensor.name)) return tensor.name;
  }
  return {};
}

int ReferenceCheck::finish() {
  const std::string untouched = first_untouched();
  if (!untouched.empty()) {
    remember_failure(fmt::format("{} of {} was neither read nor compared", untouched, file_name_));
  }
  if (compared_.empty()) {
    remember_failure(fmt::format("nothing was compared with {}", file_name_));
  }
  if (!first_failure_.empty()) {
    fmt::print("reference: {}\n", first_failure_);
    return static_cast<int>(ExitCode::check_failed);
  }
  fmt::print("reference: {} arrays, largest difference {:.1e} (tolerance {:.0e}): ok\n",
             compared_.size(), largest_difference_, tolerance_);
  return static_cast<int>(ExitCode::ok);
}

}  // namespace transformer
