#include "chapters/02_positional_encoding/program/demonstrations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"

namespace transformer {

// ---- Order ------------------------------------------------------------------------------------

void show_order(const SceneRequest&) {
  const std::vector<std::string> words = {"the", "dog", "ate", "cat"};
  const std::vector<TokenId> first = {0, 1, 2, 0, 3}, second = {0, 3, 2, 0, 1};
  const std::vector<Index> offsets = {0, 5};
  ParameterStore store(1);
  const Embedding embedding(store, "embedding", 4, 8);
  const PositionalEncoding encoding(5, 8);
  Tape tape(Threads::serial());
  const Variable x = embedding(tape, first), z = embedding(tape, second);
  const Variable x_placed = encoding(x, {offsets}), z_placed = encoding(z, {offsets});

  std::vector<TableRow> table;
  for (const TokenId word : {1, 2, 3}) {
    const Index p = std::find(first.begin(), first.end(), word) - first.begin();
    const Index q = std::find(second.begin(), second.end(), word) - second.begin();
    const auto difference = [&](Variable a, Variable b) {
      return number_text(largest_difference(a.value().rows(p, p + 1), b.value().rows(q, q + 1)));
    };
    table.push_back({words[static_cast<size_t>(word)], std::to_string(p), std::to_string(q),
                     difference(x, z), difference(x_placed, z_placed)});
  }
  print_table({"word", "place in first", "in second", "vectors differ by", "with positions"},
              table);
}

// ---- Layouts ----------------------------------------------------------------------------------

//! [halves]
Matrix halves(Index n_positions, Index d_model) {
  const Index half = d_model / 2;
  Matrix table = zeros(n_positions, d_model);
  for (Index p = 0; p < n_positions; ++p) {
    for (Index i = 0; i < half; ++i) {
      const double exponent = static_cast<double>(i) / static_cast<double>(half - 1);
      const double angle = static_cast<double>(p) / std::pow(10000.0, exponent);
      table(p, i) = static_cast<float>(std::sin(angle));
      table(p, half + i) = static_cast<float>(std::cos(angle));
    }
  }
  return table;
}
//! [halves]

namespace {

/// Column i and column d_model / 2 + i side by side, as the paper has them.
Matrix interleaved(const Matrix& table) {
  Matrix pairs = table;
  const size_t half = table.shape(1) / 2;
  for (size_t p = 0; p < table.shape(0); ++p) {
    for (size_t i = 0; i < half; ++i) {
      pairs(p, 2 * i) = table(p, i);
      pairs(p, 2 * i + 1) = table(p, half + i);
    }
  }
  return pairs;
}

/// A well-known mistake: `column` is 2i already, and is doubled again; the cosine has another
/// exponent than its sine.
Matrix doubled_exponent(Index n_positions, Index d_model) {
  Matrix table = zeros(n_positions, d_model);
  for (Index p = 0; p < n_positions; ++p) {
    for (Index column = 0; column < d_model; ++column) {
      const double exponent = 2.0 * static_cast<double>(column) / static_cast<double>(d_model);
      const double angle = static_cast<double>(p) / std::pow(10000.0, exponent);
      table(p, column) = static_cast<float>(column % 2 == 0 ? std::sin(angle) : std::cos(angle));
    }
  }
  return table;
}

/// How far PE(p) . PE(p + k) varies with p: zero where it depends on the distance alone.
double spread(const Matrix& table, Index k) {
  double lowest = HUGE_VAL, highest = -HUGE_VAL;
  const ConstMatrixView pe = view_of(table);
  for (Index p = 0; p + k < pe.n_rows; ++p) {
    const double product = inner_product(pe.rows(p, p + 1), pe.rows(p + k, p + k + 1));
    lowest = std::min(lowest, product);
    highest = std::max(highest, product);
  }
  return highest - lowest;
}

}  // namespace

void show_layouts(const SceneRequest&) {
  constexpr Index n = 50, d_model = 128, k = 5;
  const Matrix paper = sinusoids(n, d_model), split = halves(n, d_model);
  const Matrix reordered = interleaved(split), doubled = doubled_exponent(n, d_model);
  std::vector<TableRow> table;
  const auto add = [&](const std::string& name, const Matrix& codes, double largest_exponent) {
    table.push_back({name, number_text(largest_difference(view_of(codes), view_of(paper))),
                     number_text(2 * std::numbers::pi * std::pow(10000.0, largest_exponent), 0),
                     number_text(spread(codes, k))});
  };
  const double last = static_cast<double>(d_model - 2) / static_cast<double>(d_model);
  add("the paper's", paper, last);
  add("halves", split, 1);
  add("halves, columns in pairs", reordered, 1);
  add("exponent doubled", doubled, 2 * static_cast<double>(d_model - 1) / d_model);
  print_table({"layout", "differs from the paper's by", "longest wavelength",
               fmt::format("spread of PE(p) . PE(p + {})", k)},
              table);
}

// ---- A packed batch ---------------------------------------------------------------------------

void show_packed(const SceneRequest&) {
  const std::vector<Index> offsets = {0, 3, 5};
  const PositionalEncoding encoding(8, 4);
  const Matrix x = zeros(5, 4);
  Tape tape(Threads::serial());
  const Variable y = encoding(tape.input(view_of(x)), {offsets});
  print_matrix("zeros + PE, sentences of 3 and 2 tokens", y.value(),
               {.row_labels = {"sentence 0", "", "", "sentence 1", ""}});
}

}  // namespace transformer
