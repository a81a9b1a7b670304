#include "src/book/sections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "src/base/error.hpp"
#include "src/draw/text_width.hpp"

namespace transformer {
namespace {

// Joins the cells of one line; widths[i] is the width of column i.
std::string line_of(const TableRow& cells, std::span<const Index> widths) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string gap(static_cast<size_t>(widths[i] - text_width(cells[i])), ' ');
    if (!line.empty()) line += "  ";
    line += i == 0 ? cells[i] + gap : gap + cells[i];
  }
  // A first column that is empty or short must not leave blanks at the end of a line.
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line + "\n";
}

std::vector<Index> column_widths(std::span<const TableRow> rows) {
  std::vector<Index> widths(rows.empty() ? 0 : rows.front().size());
  for (const TableRow& row : rows) {
    if (row.size() != widths.size()) {
      fail(ExitCode::internal, "a table of {} columns has a row of {}", widths.size(), row.size());
    }
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text_width(row[i]));
  }
  return widths;
}

void require_labels(const std::vector<std::string>& labels, Index n, std::string_view what) {
  if (labels.empty() || static_cast<Index>(labels.size()) == n) return;
  fail(ExitCode::internal, "a matrix of {} {} has {} labels", n, what, labels.size());
}

}  // namespace

void section(std::string_view name) { fmt::print("\n## {}\n", name); }

void value_line(std::string_view name, std::string_view text) {
  fmt::print("{}: {}\n", name, text);
}

void value(std::string_view name, double number, int digits) {
  value_line(name, number_text(number, digits));
}

std::string matrix_text(ConstMatrixView matrix, const MatrixStyle& style) {
  require_labels(style.row_labels, matrix.n_rows, "rows");
  require_labels(style.column_labels, matrix.n_columns, "columns");

  // Write every cell; the first cell of a line is its label, which may be empty.
  std::vector<TableRow> lines;
  if (!style.column_labels.empty()) {
    TableRow& head = lines.emplace_back(1);
    head.insert(head.end(), style.column_labels.begin(), style.column_labels.end());
  }
  for (Index i = 0; i < matrix.n_rows; ++i) {
    TableRow& line = lines.emplace_back(1);
    if (!style.row_labels.empty()) line.front() = style.row_labels[static_cast<size_t>(i)];
    for (Index j = 0; j < matrix.n_columns; ++j) {
      line.push_back(number_text(matrix(i, j), style.digits));
    }
  }

  // Align: all columns of numbers are equally wide, so that the matrix looks like one.
  std::vector<Index> widths = column_widths(lines);
  if (widths.size() > 1) {
    const Index widest = *std::max_element(widths.begin() + 1, widths.end());
    std::fill(widths.begin() + 1, widths.end(), widest);
  }
  std::string text;
  for (const TableRow& line : lines) text += line_of(line, widths);
  return text;
}

void print_matrix(std::string_view title, ConstMatrixView matrix, const MatrixStyle& style) {
  fmt::print("{}  ({}, {})\n{}", title, matrix.n_rows, matrix.n_columns,
             matrix_text(matrix, style));
}

std::string table_text(const TableRow& head, std::span<const TableRow> rows) {
  std::vector<TableRow> lines = {head};
  lines.insert(lines.end(), rows.begin(), rows.end());
  const std::vector<Index> widths = column_widths(lines);

  std::string text = line_of(head, widths);
  TableRow rule;
  for (const Index width : widths) rule.emplace_back(static_cast<size_t>(width), '-');
  text += line_of(rule, widths);
  for (const TableRow& row : rows) text += line_of(row, widths);
  return text;
}

void print_table(const TableRow& head, std::span<const TableRow> rows) {
  fmt::print("{}", table_text(head, rows));
}

}  // namespace transformer
