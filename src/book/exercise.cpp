#include "src/book/exercise.hpp"

#include <fmt/format.h>

#include <cmath>

#include "src/base/error.hpp"

namespace transformer {

void Exercise::tell(std::string_view what, std::string_view where, double actual, double expected,
                    std::string_view hint) {
  ++n_wrong_;
  fmt::print("{}: {}{} is {:.4g}, expected {:.4g}\n", name_, what, where, actual, expected);
  if (!hint.empty()) fmt::print("  hint: {}\n", hint);
}

void Exercise::expect(std::string_view what, ConstMatrixView actual, ConstMatrixView expected,
                      std::string_view hint, double tolerance) {
  ++n_comparisons_;
  for (Index i = 0; i < expected.n_rows; ++i) {
    for (Index j = 0; j < expected.n_columns; ++j) {
      const double a = actual(i, j), e = expected(i, j);
      // Written so that NaN is a difference, too.
      if (std::abs(a - e) <= tolerance * (1.0 + std::abs(e))) continue;
      return tell(what, fmt::format(": row {}, column {}", i, j), a, e, hint);
    }
  }
}

void Exercise::expect(std::string_view what, double actual, double expected, std::string_view hint,
                      double tolerance) {
  ++n_comparisons_;
  if (std::abs(actual - expected) <= tolerance * (1.0 + std::abs(expected))) return;
  tell(what, "", actual, expected, hint);
}

int Exercise::finish() const {
  if (n_wrong_ == 0) {
    fmt::print("{}: solved\n", name_);
    return static_cast<int>(ExitCode::ok);
  }
  fmt::print("{}: {} of {} comparisons differ\n", name_, n_wrong_, n_comparisons_);
  return static_cast<int>(ExitCode::check_failed);
}

}  // namespace transformer
