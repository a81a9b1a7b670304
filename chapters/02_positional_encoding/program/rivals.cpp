#include "chapters/02_positional_encoding/program/rivals.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/02_positional_encoding/program/drawings.hpp"
#include "src/book/formulas.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

constexpr double same_code = 0.001;
constexpr Index d_model = 128;

/// One number for each position.
template <class Function>
Matrix column(Index n, Function code) {
  Matrix codes = zeros(n, 1);
  for (Index p = 0; p < n; ++p) codes(p, 0) = static_cast<float>(code(static_cast<double>(p)));
  return codes;
}

//! [rivals]
Matrix sigmoid(Index n) {
  return column(n, [](double p) { return 1 / (1 + std::exp(-p)); });
}

Matrix one_sine(Index n) {
  return column(n, [](double p) { return std::sin(p); });
}

/// A quarter of a period over all positions, so that no value comes twice.
Matrix slow_sine(Index n) {
  const double step = 2 * std::numbers::pi / (4 * static_cast<double>(n));
  return column(n, [=](double p) { return std::sin(step * p); });
}

/// The digits of the position in base two.
Matrix binary(Index n) {
  Matrix codes = zeros(n, std::bit_width(static_cast<std::uint64_t>(n - 1)));
  for (Index p = 0; p < n; ++p) {
    for (size_t bit = 0; bit < codes.shape(1); ++bit) {
      codes(p, bit) = static_cast<float>((p >> bit) & 1);
    }
  }
  return codes;
}

Matrix sinusoids_of_the_paper(Index n) { return sinusoids(n, d_model); }
//! [rivals]

/// The distance of rows p and q; once it is more than `enough`, any larger number.
double distance(ConstMatrixView codes, Index p, Index q, double enough) {
  double squares = 0;
  for (Index j = 0; j < codes.n_columns && squares <= enough * enough; ++j) {
    const double difference = static_cast<double>(codes(p, j)) - codes(q, j);
    squares += difference * difference;
  }
  return std::sqrt(squares);
}

bool has_a_double(ConstMatrixView codes, Index p) {
  for (Index q = 0; q < codes.n_rows; ++q) {
    if (q != p && distance(codes, p, q, same_code) <= same_code) return true;
  }
  return false;
}

}  // namespace

const std::vector<Encoding>& encodings() {
  static const std::vector<Encoding> all = {{"sigmoid", sigmoid},
                                            {"one sine", one_sine},
                                            {"sine of period 4n", slow_sine},
                                            {"binary digits", binary},
                                            {"the paper's", sinusoids_of_the_paper}};
  return all;
}

EncodingScore score_of(const Matrix& codes) {
  const ConstMatrixView view = view_of(codes);
  const auto [lowest, highest] = std::minmax_element(codes.begin(), codes.end());
  EncodingScore score{0, HUGE_VAL, 0, *lowest, *highest};
  for (Index p = 0; p < view.n_rows; ++p) {
    if (has_a_double(view, p)) ++score.n_collisions;
    if (p == 0) continue;
    const double step = distance(view, p - 1, p, HUGE_VAL);
    score.smallest_step = std::min(score.smallest_step, step);
    score.largest_step = std::max(score.largest_step, step);
  }
  return score;
}

void show_rivals(const SceneRequest& request) {
  draw_rivals(request);
  std::vector<TableRow> table;
  for (const Encoding& encoding : encodings()) {
    for (const Index n : {50, 500, 5000}) {
      const Matrix codes = encoding.codes(n);
      const EncodingScore score = score_of(codes);
      table.push_back({encoding.name, std::to_string(n), std::to_string(codes.shape(1)),
                       std::to_string(score.n_collisions), number_text(score.smallest_step, 4),
                       number_text(score.largest_step, 4), number_text(score.lowest, 2),
                       number_text(score.highest, 2)});
    }
  }
  print_table({"encoding", "n", "width", "collisions", "smallest step", "largest step", "lowest",
               "highest"},
              table);
}

namespace {

/// How many directions hold all but `rest` of the rows' squared lengths: takes away, again and
/// again, the direction of the row that is longest (Gram and Schmidt's way, with the best row
/// first).
Index n_directions(MatrixOf<double> rows, double rest) {
  const double all = xt::sum(rows * rows)();
  for (Index n = 0;; ++n) {
    const formula::VectorOf<double> squares = xt::sum(rows * rows, {1});
    if (xt::sum(squares)() <= rest * all) return n;
    const Index longest = std::max_element(squares.begin(), squares.end()) - squares.begin();
    const MatrixOf<double> direction = xt::view(rows, xt::range(longest, longest + 1)) /
                                       std::sqrt(squares(static_cast<size_t>(longest)));
    for (Index i = 0; i < static_cast<Index>(rows.shape(0)); ++i) {
      const double part = xt::sum(xt::row(rows, i) * xt::row(direction, 0))();
      xt::row(rows, i) -= part * xt::row(direction, 0);
    }
  }
}

}  // namespace

void show_rivals_closely(const SceneRequest&) {
  value("sigmoid of position 20", 1 / (1 + std::exp(-20.0)), 9);
  value("sine of period 4n, position 10 of 50", slow_sine(50)(10, 0), 4);
  value("sine of period 4n, position 10 of 500", slow_sine(500)(10, 0), 4);
  const Matrix digits = binary(50), paper = sinusoids_of_the_paper(50);
  value("binary digits, distance of 7 and 8", distance(view_of(digits), 7, 8, HUGE_VAL), 2);
  value("binary digits, distance of 0 and 8", distance(view_of(digits), 0, 8, HUGE_VAL), 2);
  value("the paper's, distance of 7 and 8", distance(view_of(paper), 7, 8, HUGE_VAL), 2);
  value("the paper's, distance of 0 and 8", distance(view_of(paper), 0, 8, HUGE_VAL), 2);
  value("directions that hold 99 % of 50 codes", n_directions(sinusoids(50, 64), 0.01));
}

}  // namespace transformer
