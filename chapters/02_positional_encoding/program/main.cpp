// Shows how a position becomes a vector: the sinusoids, what they make easy, and their rivals.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/02_positional_encoding/program/demonstrations.hpp"
#include "chapters/02_positional_encoding/program/drawings.hpp"
#include "chapters/02_positional_encoding/program/rivals.hpp"
#include "chapters/02_positional_encoding/program/waves.hpp"
#include "src/book/examples.hpp"
#include "src/book/scenes.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

// ---- The table --------------------------------------------------------------------------------

void show_table(const SceneRequest& request) {
  const Index d_model = request.integer("d-model", 2, 16), n_positions = 6;
  const Matrix pe = sinusoids(n_positions, d_model);
  MatrixStyle style;
  for (Index p = 0; p < n_positions; ++p) style.row_labels.push_back(fmt::format("position {}", p));
  for (Index j = 0; j < d_model; ++j) {
    style.column_labels.push_back(fmt::format("{}_{}", j % 2 == 0 ? "sin" : "cos", j / 2));
  }
  print_matrix("PE", view_of(pe), style);
}

/// The columns in another order: of all pairs first the sines, then the cosines.
Matrix sines_first(const Matrix& pairs) {
  Matrix sorted = pairs;
  const size_t half = pairs.shape(1) / 2;
  for (size_t i = 0; i < half; ++i) {
    xt::col(sorted, i) = xt::col(pairs, 2 * i);
    xt::col(sorted, half + i) = xt::col(pairs, 2 * i + 1);
  }
  return sorted;
}

void show_wavelengths(const SceneRequest& request) {
  const Index d_model = request.integer("d-model", 2, 1024);
  std::vector<TableRow> table;
  for (Index i = 0; i < d_model / 2; ++i) {
    table.push_back({fmt::format("{} and {}", 2 * i, 2 * i + 1),
                     number_text(2 * std::numbers::pi / frequency(i, d_model), 1)});
  }
  print_table({"columns", "positions until they repeat"}, table);
  value("with 512 columns, a wavelength over the one before", frequency(0, 512) / frequency(1, 512),
        4);
  const Matrix large = sinusoids(50, 128), sorted = sines_first(large);
  const HeatMapPanel panels[] = {{"sine and cosine of a pair side by side", view_of(large)},
                                 {"the same numbers, all sines first", view_of(sorted)}};
  request.draw("positional_encoding",
               heat_maps(panels, {.title = "PE of 50 positions, d_model = 128",
                                  .x_label = "column",
                                  .y_label = "position",
                                  .colours = ColourMap::diverging,
                                  .low = -1.0,
                                  .high = 1.0,
                                  .n_panels_per_row = 1}));
}

void show_range(const SceneRequest&) {
  const Matrix pe = sinusoids(50, 128);
  const auto [lowest, highest] = std::minmax_element(pe.begin(), pe.end());
  const auto n_negative = std::count_if(pe.begin(), pe.end(), [](float x) { return x < 0; });
  value("lowest", *lowest, 4);
  value("highest", *highest, 4);
  value("share below zero, in percent",
        100.0 * static_cast<double>(n_negative) / static_cast<double>(pe.size()), 1);
  const ConstMatrixView last = view_of(pe).rows(49, 50);
  value("length of the last row", norm_of(last), 3);
  value("sqrt(d_model / 2)", std::sqrt(128 / 2.0), 3);
}

// ---- What the sinusoids make easy -------------------------------------------------------------

//! [rotation]
/// R_k: turns the pair (sin, cos) of every wavelength by k steps. It does not depend on p.
Matrix rotation(Index k, Index d_model) {
  Matrix r = zeros(d_model, d_model);
  for (Index i = 0; i < d_model / 2; ++i) {
    const double angle = static_cast<double>(k) * frequency(i, d_model);
    const auto sine = static_cast<float>(std::sin(angle));
    const auto cosine = static_cast<float>(std::cos(angle));
    r(2 * i, 2 * i) = cosine;  // sin(x + angle) = cos(angle) sin(x) + sin(angle) cos(x)
    r(2 * i, 2 * i + 1) = sine;
    r(2 * i + 1, 2 * i) = -sine;  // cos(x + angle) = -sin(angle) sin(x) + cos(angle) cos(x)
    r(2 * i + 1, 2 * i + 1) = cosine;
  }
  return r;
}
//! [rotation]

void show_rotation(const SceneRequest& request) {
  draw_rotation(request);
  const Matrix r_3 = rotation(3, 6);
  print_matrix("R_3 for d_model = 6", view_of(r_3));
  constexpr Index n = 1000, d_model = 128;
  const Matrix pe = sinusoids(n, d_model);
  std::vector<TableRow> table;
  for (const Index k : {1, 10, 100}) {
    // All positions at once: the rows of PE times R_k^T.
    const Matrix r = rotation(k, d_model);
    Matrix turned = zeros(n - k, d_model);
    matmul(view_of(pe).rows(0, n - k), transposed(view_of(r)), view_of(turned));
    table.push_back({std::to_string(k),
                     power_text(largest_difference(view_of(pe).rows(k, n), view_of(turned)))});
  }
  print_table({"k", "largest difference of R_k PE(p) to PE(p + k)"}, table);
}

void show_sine_alone(const SceneRequest&) {
  std::vector<TableRow> table;
  for (const double p : {0.0, 22.0}) {
    table.push_back({number_text(p, 0), number_text(std::sin(p)), number_text(std::cos(p)),
                     number_text(std::sin(p + 1))});
  }
  print_table({"p", "sin p", "cos p", "sin (p + 1)"}, table);
}

double similarity(ConstMatrixView pe, Index p, Index q) {
  return inner_product(pe.rows(p, p + 1), pe.rows(q, q + 1));
}

void show_distance(const SceneRequest& request) {
  const Matrix pe = sinusoids(201, 128);
  const std::vector<Index> distances = {0, 1, 2, 5, 10, 20, 50};
  TableRow head = {""};
  for (const Index k : distances) head.push_back(fmt::format("k = {}", k));
  std::vector<TableRow> table;
  for (const Index p : {0, 30, 100}) {
    TableRow& row = table.emplace_back(TableRow{fmt::format("PE({0}) . PE({0} + k)", p)});
    for (const Index k : distances) row.push_back(number_text(similarity(view_of(pe), p, p + k)));
  }
  print_table(head, table);
  Index k = 1;
  while (similarity(view_of(pe), 0, k) < similarity(view_of(pe), 0, k - 1)) ++k;
  value("the first k whose product is above that of k - 1", k);

  std::vector<Series> lines;
  for (const Index d_model : {32, 128, 512}) {
    Series& line = lines.emplace_back(Series{fmt::format("d_model = {}", d_model), {}, {}});
    const Matrix codes = sinusoids(201, d_model);
    for (Index q = 0; q <= 200; ++q) {
      line.x.push_back(static_cast<double>(q - 100));
      line.y.push_back(similarity(view_of(codes), 100, q) / static_cast<double>(d_model / 2));
    }
  }
  request.draw("distance", line_chart(lines, {.title = "How alike two positions are",
                                              .x_label = "distance k",
                                              .y_label = "PE(p) . PE(p + k) / (d_model / 2)",
                                              .low_y = 0.0}));
}

const Chapter chapter = {
    "02_positional_encoding",
    "Where a token stands.",
    {{"order", "without positions, the order of words is lost", show_order},
     {"which_first", "the first letter of a word, learned with several codes and without",
      show_which_first},
     {"waves", "four columns as waves", show_waves},
     {"table", "the first rows of the encoding", show_table, {{"d-model", "8", "Columns"}}},
     {"wavelengths",
      "how far each pair of columns reaches",
      show_wavelengths,
      {{"d-model", "8", "Columns"}}},
     {"clock",
      "the pairs as hands of a clock",
      show_clock,
      {{"position", "100", "Where the hands are read"}}},
     {"detector", "waves that add up to one position", show_detector},
     {"range", "how large its numbers are", show_range},
     {"rotation", "a step of k positions is a rotation", show_rotation},
     {"sine_alone", "what a sine without its cosine does not tell", show_sine_alone},
     {"distance", "how alike two positions are", show_distance},
     {"rivals", "other ways to number positions", show_rivals},
     {"rivals_closely", "where the rivals fail", show_rivals_closely},
     {"layouts", "other layouts of the sinusoids", show_layouts},
     {"packed", "two sentences in one batch", show_packed}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
