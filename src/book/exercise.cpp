#include "src/book/exercise.hpp"

#include <fmt/format.h>

#include <cmath>

#include "src/base/error.hpp"

namespace transformer {
namespace {

// Written so that NaN is near nothing, and infinity near itself.
bool near(double actual, double expected, double tolerance) {
  return actual == expected ||
         std::abs(actual - expected) <= tolerance * (1.0 + std::abs(expected));
}

// With as many digits as it takes to tell them apart.
std::string expected_and_found(double expected, double actual) {
  const auto text = [&](int digits) {
    return fmt::format("expected {:.{}g}, found {:.{}g}", expected, digits, actual, digits);
  };
  return fmt::format("{:.4g}", expected) == fmt::format("{:.4g}", actual) ? text(9) : text(4);
}

std::string place(const std::vector<std::string>& names, Index i) {
  const auto n = static_cast<size_t>(i);
  return n < names.size() ? fmt::format("`{}`", names[n]) : fmt::format("{}", i);
}

}  // namespace

void Exercise::name_places(std::vector<std::string> rows, std::vector<std::string> columns) {
  rows_ = std::move(rows);
  columns_ = std::move(columns);
}

// `difference(actual, expected)` says how they differ, in words that follow `what`; nothing where
// they do not.
template <class T, class Difference>
void Exercise::judge(std::string_view what, const T& actual, const T& expected,
                     std::initializer_list<Mistake<T>> mistakes, std::string_view hint,
                     Difference difference) {
  ++n_comparisons_;
  const std::string told = difference(actual, expected);
  if (told.empty()) return;
  ++n_wrong_;
  fmt::print("{}{}\n", what, told);
  for (const Mistake<T>& mistake : mistakes) {
    if (difference(actual, mistake.result).empty()) {
      hint = mistake.sentence;
      break;
    }
  }
  if (!hint.empty()) fmt::print("  {}\n", hint);
}

std::string Exercise::difference(ConstMatrixView actual, ConstMatrixView expected,
                                 double tolerance) const {
  if (actual.n_rows != expected.n_rows || actual.n_columns != expected.n_columns) {
    return fmt::format(": expected {} rows and {} columns, found {} and {}", expected.n_rows,
                       expected.n_columns, actual.n_rows, actual.n_columns);
  }
  for (Index i = 0; i < expected.n_rows; ++i) {
    for (Index j = 0; j < expected.n_columns; ++j) {
      if (near(actual(i, j), expected(i, j), tolerance)) continue;
      return fmt::format(", row {}, column {}: {}", place(rows_, i), place(columns_, j),
                         expected_and_found(expected(i, j), actual(i, j)));
    }
  }
  return "";
}

void Exercise::expect(std::string_view what, ConstMatrixView actual, ConstMatrixView expected,
                      std::initializer_list<Mistake<ConstMatrixView>> mistakes,
                      std::string_view hint, double tolerance) {
  judge(what, actual, expected, mistakes, hint,
        [&](ConstMatrixView a, ConstMatrixView e) { return difference(a, e, tolerance); });
}

void Exercise::expect(std::string_view what, ConstMatrixView actual, ConstMatrixView expected,
                      std::string_view hint, double tolerance) {
  expect(what, actual, expected, {}, hint, tolerance);
}

void Exercise::expect(std::string_view what, double actual, double expected,
                      std::initializer_list<Mistake<double>> mistakes, std::string_view hint,
                      double tolerance) {
  judge(what, actual, expected, mistakes, hint, [&](double a, double e) {
    return near(a, e, tolerance) ? "" : ": " + expected_and_found(e, a);
  });
}

void Exercise::expect(std::string_view what, double actual, double expected, std::string_view hint,
                      double tolerance) {
  expect(what, actual, expected, {}, hint, tolerance);
}

void Exercise::expect(std::string_view what, std::string_view actual, std::string_view expected,
                      std::initializer_list<Mistake<std::string_view>> mistakes,
                      std::string_view hint) {
  judge(what, actual, expected, mistakes, hint, [](std::string_view a, std::string_view e) {
    return a == e ? "" : fmt::format(": expected `{}`, found `{}`", e, a);
  });
}

void Exercise::expect(std::string_view what, std::string_view actual, std::string_view expected,
                      std::string_view hint) {
  expect(what, actual, expected, {}, hint);
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
