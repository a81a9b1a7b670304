// How an exercise answers back: compares what the reader's code gives with what it should.
#pragma once

#include <string>
#include <string_view>

#include "src/tensor/view.hpp"

namespace transformer {

/// Collects the comparisons of one exercise and says what is wrong, where, and what was expected.
class Exercise {
 public:
  /// `name` is the exercise's file name without its ending.
  explicit Exercise(std::string name) : name_(std::move(name)) {}

  /// Compares a matrix, up to `tolerance`. Only the first difference of each matrix is told, as
  /// `softmax_axis: weights: row 0, column 1 is 0.25, expected 0.31`, followed by the hint.
  void expect(std::string_view what, ConstMatrixView actual, ConstMatrixView expected,
              std::string_view hint, double tolerance = 1e-5);
  /// The same for one number.
  void expect(std::string_view what, double actual, double expected, std::string_view hint,
              double tolerance = 1e-5);

  /// Prints `softmax_axis: solved` and gives exit code 0; or counts what is wrong, and gives 1.
  int finish() const;

 private:
  void tell(std::string_view what, std::string_view where, double actual, double expected,
            std::string_view hint);

  std::string name_;
  int n_comparisons_ = 0;
  int n_wrong_ = 0;
};

}  // namespace transformer
