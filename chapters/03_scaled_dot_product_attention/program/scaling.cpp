// Why the scores are divided by sqrt(d_k): what random queries and keys of growing width do.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"
#include "src/draw/svg.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

constexpr Index n_queries = 1024, n_keys = 32;

/// q.k of 1024 queries of width d_k, each with 32 keys: groups of 32 queries share their keys.
Matrix random_products(Index d_k) {
  const Matrix q = normal_matrix(n_queries, d_k, 1), k = normal_matrix(n_queries, d_k, 2);
  Matrix products = zeros(n_queries, n_keys);
  for (Index begin = 0; begin < n_queries; begin += n_keys) {
    const Index end = begin + n_keys;
    matmul(view_of(q).rows(begin, end), transposed(view_of(k).rows(begin, end)),
           view_of(products).rows(begin, end));
  }
  return products;
}

Matrix weights_of(const Matrix& products, double divided_by) {
  Matrix weights = zeros(n_queries, n_keys);
  softmax_forward(view_of(products), static_cast<float>(1 / divided_by), Mask::none,
                  view_of(weights));
  return weights;
}

/// What the weights of many queries are like.
struct Softness {
  double n_shared = 0;     ///< exp(entropy), the mean over all queries: about so many keys share.
  double n_decided = 0;    ///< Of the queries, in percent, those with one weight above 0.99.
  double usual_slope = 0;  ///< The median of a (1 - a) over all weights a.
};

Softness softness_of(const Matrix& weights) {
  Softness all;
  std::vector<double> slopes;
  for (size_t i = 0; i < weights.shape(0); ++i) {
    double entropy = 0, largest = 0;
    for (size_t j = 0; j < weights.shape(1); ++j) {
      const double a = weights(i, j);
      if (a > 0) entropy -= a * std::log(a);
      largest = std::max(largest, a);
      slopes.push_back(a * (1 - a));
    }
    all.n_shared += std::exp(entropy) / n_queries;
    if (largest > 0.99) all.n_decided += 100.0 / n_queries;
  }
  const auto middle = slopes.begin() + std::ssize(slopes) / 2;
  std::nth_element(slopes.begin(), middle, slopes.end());
  all.usual_slope = *middle;
  return all;
}

double variance_of(const Matrix& x) { return xt::variance(xt::cast<double>(x))(); }

/// A slope with two digits, or its power of ten alone where it is next to nothing.
std::string slope_text(double slope) {
  return slope >= 1e-3 ? number_text(slope)
                       : fmt::format("1e{:.0f}", std::floor(std::log10(slope)));
}

/// The weights of one query as bars, sorted by key.
void draw_bars(Svg& svg, const Box& box, const Matrix& weights) {
  const double step = box.width / static_cast<double>(n_keys);
  for (Index j = 0; j < n_keys; ++j) {
    const double height = box.height * double{weights(0, j)};
    svg.rectangle(
        {box.x + step * static_cast<double>(j), box.bottom() - height, 0.8 * step, height},
        line_colour(0));
  }
  svg.frame(box, {.colour = pale_ink, .width = 0.75});
}

std::string bars_figure() {
  constexpr double left = 100, top = 70, width = 200, height = 110, gap = 18;
  Svg svg(left + 3 * (width + gap), top + 2 * (height + gap) + 20);
  svg.text({16, 28}, "How one query shares its attention among 32 keys: a bar for each weight",
           {.size = 15, .bold = true});
  svg.text({left - 10, top + height / 2}, "divided", {.anchor = Anchor::end});
  svg.text({left - 10, top + height / 2 + 18}, "by √d_k", {.anchor = Anchor::end});
  svg.text({left - 10, top + 1.5 * height + gap}, "as it is", {.anchor = Anchor::end});
  double x = left;
  for (const Index d_k : {4, 64, 1024}) {
    const Matrix products = random_products(d_k);
    svg.text({x + width / 2, top - 12}, fmt::format("d_k = {}", d_k), {.anchor = Anchor::middle});
    draw_bars(svg, {x, top, width, height},
              weights_of(products, std::sqrt(static_cast<double>(d_k))));
    draw_bars(svg, {x, top + height + gap, width, height}, weights_of(products, 1));
    x += width + gap;
  }
  svg.text({left, top + 2 * height + gap + 22}, "each box reaches from weight 0 to weight 1",
           {.size = 12, .colour = pale_ink});
  return svg.str();
}

}  // namespace

void show_scaling(const SceneRequest& request) {
  std::vector<Series> shared = {{"q.k / sqrt(d_k)", {}, {}}, {"q.k", {}, {}}};
  std::vector<TableRow> table;
  for (Index d_k = 1; d_k <= 1024; d_k *= 4) {
    const Matrix products = random_products(d_k);
    const auto width = static_cast<double>(d_k);
    const Softness softness[] = {softness_of(weights_of(products, std::sqrt(width))),
                                 softness_of(weights_of(products, 1))};
    table.push_back({std::to_string(d_k), number_text(variance_of(products), 2)});
    for (size_t i = 0; i < 2; ++i) {
      shared[i].x.push_back(width);
      shared[i].y.push_back(softness[i].n_shared);
      table.back().push_back(number_text(softness[i].n_shared, 1));
      table.back().push_back(number_text(softness[i].n_decided, 0));
      table.back().push_back(slope_text(softness[i].usual_slope));
    }
  }
  print_table({"d_k", "variance of q.k", "with: shared by", "decided, %", "slope",
               "without: shared by", "decided, %", "slope"},
              table);
  value_line("variance of q.k for d_k = 64", table[3][1]);
  value_line("decided without the factor for d_k = 64, in percent", table[3][6]);
  value_line("decided with it", table[3][3]);
  request.draw("shared", line_chart(shared, {.title = "By how many of 32 keys a query is shared",
                                             .x_label = "d_k",
                                             .y_label = "keys, as equal shares would be",
                                             .log_x = true,
                                             .low_y = 0.0,
                                             .high_y = 32.0}));
  request.draw("bars", bars_figure());
}

}  // namespace transformer
