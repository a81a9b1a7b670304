// What a chapter's program prints: named sections of text that a page of the book shows. The text
// is the same on every run: fixed digits, no times, no addresses. Times go to standard error.
#pragma once

#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/draw/number_text.hpp"
#include "src/tensor/view.hpp"

namespace transformer {

/// Prints a blank line and `## name`; what the program prints next belongs to this section.
void section(std::string_view name);

/// Prints `name: 64.02`, where a page that quotes the number finds it.
void value(std::string_view name, double number, int digits = 2);
void value(std::string_view name, std::integral auto number);

/// How a matrix is printed. An empty list of labels leaves the labels out.
struct MatrixStyle {
  std::vector<std::string> row_labels = {};
  std::vector<std::string> column_labels = {};
  int digits = 3;
};

/// The matrix with one line for each row, in columns aligned to the right, and its labels.
std::string matrix_text(ConstMatrixView matrix, const MatrixStyle& style = {});
/// Prints `title  (n_rows, n_columns)` and the matrix below it.
void print_matrix(std::string_view title, ConstMatrixView matrix, const MatrixStyle& style = {});

/// A table: the first column is aligned to the left, the others to the right.
using TableRow = std::vector<std::string>;
std::string table_text(const TableRow& head, std::span<const TableRow> rows);
void print_table(const TableRow& head, std::span<const TableRow> rows);

// ---- Implementation --------------------------------------------------------------------------

/// Prints `name: text`.
void value_line(std::string_view name, std::string_view text);

void value(std::string_view name, std::integral auto number) {
  value_line(name, std::to_string(number));
}

}  // namespace transformer
