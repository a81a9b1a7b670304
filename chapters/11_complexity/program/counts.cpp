#include <cmath>
#include <cstdlib>
#include <limits>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/11_complexity/program/demonstrations.hpp"
#include "chapters/11_complexity/program/layers.hpp"
#include "src/autograd/operations.hpp"
#include "src/base/function_ref.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

//! [count]
/// How many multiply-adds something takes.
double count_of(FunctionRef<void()> work) {
  const std::int64_t before = n_multiply_adds();
  work();
  return static_cast<double>(n_multiply_adds() - before);
}
//! [count]

/// The counts of a layer for one sentence.
struct Counts {
  double whole = 0, projections = 0, backward = 0;
  double rest() const { return whole - projections; }
};

Counts counts_of(const Layer& layer, Index n, Index d) {
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Matrix numbers = normal_matrix(n, d, 1), dy = normal_matrix(n, d, 2);
  const std::vector<Index> offsets = {0, n};
  const Variable x = tape.input(view_of(numbers), true);
  Variable y;
  Counts counts;
  counts.projections = count_of([&] { layer.projections(x); });
  counts.whole = count_of([&] { y = layer.run(x, {offsets}); });
  counts.backward = count_of([&] { tape.backward(y, view_of(dy)); });
  return counts;
}

/// A layer of the table, by its place there, for some sizes.
Counts counts_of(size_t which, Index n, Index d) {
  ParameterStore store(1);
  return counts_of(table_1_layers(store, d)[which], n, d);
}

std::vector<std::string> names() {
  ParameterStore store(1);
  std::vector<std::string> found;
  for (const Layer& layer : table_1_layers(store, 2)) found.push_back(layer.name);
  return found;
}

//! [exponent]
/// The slope of the straight line through (log x, log y) that fits best: the power with which y
/// grows with x.
double exponent(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0, xy = 0, xx = 0;
  for (size_t i = 0; i < x.size(); ++i) mean_x += std::log(x[i]) / n, mean_y += std::log(y[i]) / n;
  for (size_t i = 0; i < x.size(); ++i) {
    xy += (std::log(x[i]) - mean_x) * (std::log(y[i]) - mean_y);
    xx += (std::log(x[i]) - mean_x) * (std::log(x[i]) - mean_x);
  }
  return xy / xx;
}
//! [exponent]

/// What grows with one size while the other stands still.
struct Growth {
  std::vector<double> sizes, whole, rest;

  void add(Index size, const Counts& counts) {
    sizes.push_back(static_cast<double>(size));
    whole.push_back(counts.whole);
    rest.push_back(counts.rest());
  }
};

constexpr Index fixed = 32;
const std::vector<Index> sizes = {32, 64, 128, 256, 512};

}  // namespace

void show_counts(const SceneRequest&) {
  constexpr Index n = 64, d = 32;
  const std::vector<std::string> terms = {"n n d", "n d d", "k n d d", "r n d"};
  const std::vector<Index> expected = {n * n * d, n * d * d, n_taps * (n * d * d),
                                       window * (n * d)};
  std::vector<TableRow> table;
  for (size_t i = 0; i < expected.size(); ++i) {
    const Counts counts = counts_of(i, n, d);
    table.push_back({names()[i], number_text(counts.whole, 0), number_text(counts.projections, 0),
                     number_text(counts.rest(), 0), terms[i],
                     number_text(counts.rest() / static_cast<double>(expected[i]), 2),
                     number_text(counts.backward / counts.whole, 2)});
  }
  print_table({"64 words, d = 32", "all", "projections", "the rest", "Table 1", "rest / Table 1",
               "backward / all"},
              table);
}

void show_exponents(const SceneRequest& request) {
  std::vector<TableRow> table;
  std::vector<Series> by_length, by_width;
  Growth attention;
  for (size_t i = 0; i < names().size(); ++i) {
    Growth with_n, with_d;
    for (const Index size : sizes) {
      with_n.add(size, counts_of(i, size, fixed));
      with_d.add(size, counts_of(i, fixed, size));
    }
    const auto text = [](const Growth& growth, const std::vector<double>& counts) {
      return number_text(exponent(growth.sizes, counts), 2);
    };
    table.push_back({names()[i], text(with_n, with_n.rest), text(with_d, with_d.rest),
                     text(with_n, with_n.whole), text(with_d, with_d.whole)});
    if (i == 0) attention = with_n;
    by_length.push_back({names()[i], with_n.sizes, with_n.rest});
    by_width.push_back({names()[i], with_d.sizes, with_d.rest});
  }
  print_table({"exponents", "rest, in n", "rest, in d", "all, in n", "all, in d"}, table);
  value("power of n, scores and mixture", exponent(attention.sizes, attention.rest));
  value("power of n, all of self-attention", exponent(attention.sizes, attention.whole));
  request.draw("by_length", line_chart(by_length, {.title = "Multiply-adds of a layer of width 32",
                                                   .x_label = "words, n",
                                                   .y_label = "without projections",
                                                   .log_x = true,
                                                   .log_y = true}));
  request.draw("by_width", line_chart(by_width, {.title = "Multiply-adds of a layer for 32 words",
                                                 .x_label = "width, d",
                                                 .y_label = "without projections",
                                                 .log_x = true,
                                                 .log_y = true}));
}

namespace {

/// The smallest length up to a limit at which `a` takes more than `b`; or 0.
Index first_beyond(FunctionRef<double(Index n)> a, FunctionRef<double(Index n)> b, Index limit) {
  if (a(limit) <= b(limit)) return 0;
  Index low = 0, high = limit;  // not yet beyond, and beyond
  while (high - low > 1) {
    const Index middle = (low + high) / 2;
    (a(middle) > b(middle) ? high : low) = middle;
  }
  return high;
}

std::string crossing(FunctionRef<double(Index n)> a, FunctionRef<double(Index n)> b, Index limit) {
  const Index n = first_beyond(a, b, limit);
  return n == 0 ? "-" : std::to_string(n);
}

}  // namespace

void show_crossing(const SceneRequest&) {
  std::vector<TableRow> table;
  for (const Index d : {8, 16, 32, 64}) {
    ParameterStore store(1);
    const Layer attention = self_attention_layer(store, d), plain = recurrent_layer(store, d),
                lstm = lstm_layer(store, d);
    const auto rest = [&](const Layer& layer) {
      return [&, d](Index n) { return counts_of(layer, n, d).rest(); };
    };
    const auto whole = [&](const Layer& layer) {
      return [&, d](Index n) { return counts_of(layer, n, d).whole; };
    };
    table.push_back({std::to_string(d), crossing(rest(attention), rest(plain), 4 * d),
                     crossing(whole(attention), whole(plain), 4 * d),
                     crossing(whole(attention), whole(lstm), 4 * d)});
  }
  print_table({"d", "scores and mixture > recurrence", "all > all of a plain layer",
               "all > all of an LSTM"},
              table);

  constexpr Index d = 512;
  ParameterStore store(1);
  const Layer attention = self_attention_layer(store, d);
  table.clear();
  for (const Index n : {10, 25, 100, 1000}) {
    const Counts counts = counts_of(attention, n, d);
    table.push_back({std::to_string(n), number_text(100 * counts.rest() / counts.whole, 1)});
  }
  print_table({"words, d = 512", "scores and mixture, % of all"}, table);
  const Counts sentence = counts_of(attention, 25, d);
  value("share of 25 words", 100 * sentence.rest() / sentence.whole, 1);
}

void show_masked(const SceneRequest&) {
  constexpr Index n = 64, d = 32;
  const std::vector<Index> offsets = {0, n};
  const Matrix numbers = normal_matrix(n, 3 * d, 1);
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const auto [q, k, v] = split_columns<3>(tape.input(view_of(numbers)));
  Matrix hidden = zeros(n, n);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) {
      if (std::abs(i - j) > reach) hidden(i, j) = -std::numeric_limits<float>::infinity();
    }
  }
  AttentionPattern pattern{{offsets}, {offsets}};
  pattern.bias = tape.input(view_of(hidden));
  const Variable queries = q, keys = k, values = v;
  Variable masked, left_out;
  const double by_mask =
      count_of([&] { masked = scaled_dot_product_attention(queries, keys, values, pattern); });
  const double by_window =
      count_of([&] { left_out = restricted_attention(queries, keys, values, {offsets}, reach); });
  value("multiply-adds with a mask", static_cast<Index>(by_mask));
  value("multiply-adds of a window", static_cast<Index>(by_window));
  value("the results differ by", largest_difference(masked.value(), left_out.value()), 5);
}

}  // namespace transformer
