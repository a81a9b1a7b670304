// How an exercise answers back: compares what the reader's code gives with what it should.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "src/tensor/view.hpp"

namespace transformer {

/// What a likely mistake gives, and the sentence that answers it.
template <class T>
struct Mistake {
  T result;
  std::string_view sentence;
};

/// Collects the comparisons of one exercise and says what is wrong, where, what was expected and
/// what was found. Under it stands the sentence of the mistake whose result was found, of the first
/// that fits; else the hint, which may be empty.
class Exercise {
 public:
  /// `name` is the exercise's file name without its ending.
  explicit Exercise(std::string name) : name_(std::move(name)) {}

  /// Names the rows and columns of the matrices that are compared from now on, by words; without
  /// names they are counted from 0.
  void name_places(std::vector<std::string> rows, std::vector<std::string> columns);

  /// Compares a matrix, first its shape, then its numbers up to `tolerance`. Only the first
  /// difference is told: `weights, row 0, column 1: expected 0.31, found 0.25`.
  void expect(std::string_view what, ConstMatrixView actual, ConstMatrixView expected,
              std::initializer_list<Mistake<ConstMatrixView>> mistakes, std::string_view hint = "",
              double tolerance = 1e-5);
  void expect(std::string_view what, ConstMatrixView actual, ConstMatrixView expected,
              std::string_view hint, double tolerance = 1e-5);

  /// The same for one number.
  void expect(std::string_view what, double actual, double expected,
              std::initializer_list<Mistake<double>> mistakes, std::string_view hint = "",
              double tolerance = 1e-5);
  void expect(std::string_view what, double actual, double expected, std::string_view hint,
              double tolerance = 1e-5);

  /// The same for text: "translation of `dog`: expected `god`, found `ged`".
  void expect(std::string_view what, std::string_view actual, std::string_view expected,
              std::initializer_list<Mistake<std::string_view>> mistakes,
              std::string_view hint = "");
  void expect(std::string_view what, std::string_view actual, std::string_view expected,
              std::string_view hint);

  /// Prints `softmax_axis: solved` and gives exit code 0; or counts what is wrong, and gives 1.
  int finish() const;

 private:
  template <class T, class Difference>
  void judge(std::string_view what, const T& actual, const T& expected,
             std::initializer_list<Mistake<T>> mistakes, std::string_view hint,
             Difference difference);
  std::string difference(ConstMatrixView actual, ConstMatrixView expected, double tolerance) const;

  std::string name_;
  std::vector<std::string> rows_, columns_;
  int n_comparisons_ = 0;
  int n_wrong_ = 0;
};

}  // namespace transformer
