// The picture of one query's way: read it from left to right, and down at the end.
#include <algorithm>
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/program/example.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/colours.hpp"
#include "src/draw/svg.hpp"

namespace transformer {
namespace {

constexpr double cell = 38, height = 30, gap = 8;
constexpr double keys_x = 58, products_x = 262, scores_x = 334, weights_x = 404, bar = 90,
                 values_x = 534, narrow = 28, parts_x = 648;
constexpr double query_y = 92, keys_y = 168, vector_y = 398;

class TraceDrawing {
 public:
  TraceDrawing(const Example& e, Index i) : e_(e), i_(i) {
    const std::string& word = example_words[static_cast<size_t>(i)];
    svg_.text({16, 30}, "The query of '" + word + "' on its way to a vector",
              {.size = 15, .bold = true});
    head(keys_x + 2 * cell, query_y - 12, "its query q");
    row(view_of(e.q).rows(i, i + 1), keys_x, query_y, 1);
    head(keys_x + 2 * cell, keys_y - 12, "1. times each key k");
    head(products_x + 0.6 * cell, keys_y - 12, "q.k");
    head(scores_x + 0.6 * cell, keys_y - 12, "2. score");
    head(weights_x + bar / 2, keys_y - 12, "3. weight");
    head(values_x + 1.5 * narrow, keys_y - 12, "4. × value v");
    head(parts_x + 1.5 * cell, keys_y - 12, "weight × v");
    for (Index j = 0; j < 5; ++j) draw_key(j);
    head(parts_x + 1.5 * cell, vector_y - 12, "5. sum: its vector");
    row(view_of(e.vectors).rows(i, i + 1), parts_x, vector_y, 3);
    note(keys_x + 2 * cell, "q times k, number by number, summed");
    note(scores_x + 0.6 * cell, "q.k / √4");
    note(weights_x + bar / 2, "softmax: sum 1");
  }
  std::string str() const { return svg_.str(); }

 private:
  void head(double x, double y, std::string_view text) {
    svg_.text({x, y}, text, {.anchor = Anchor::middle, .bold = true});
  }
  void note(double x, std::string_view text) {
    svg_.text({x, keys_y + 5 * (height + gap) + 14}, text,
              {.size = 11, .anchor = Anchor::middle, .colour = pale_ink});
  }

  /// Numbers in cells; the further from zero, the darker.
  void row(ConstMatrixView numbers, double x, double y, int digits, double width = cell) {
    static const std::vector<Colour> colours = palette(ColourMap::diverging, 33);
    for (Index c = 0; c < numbers.n_columns; ++c) {
      const double number = numbers(0, c), share = std::clamp(number / 6, -1.0, 1.0);
      const Colour ground = colours[static_cast<size_t>(std::lround(16 + 16 * share))];
      const Box box{x + static_cast<double>(c) * width, y, width, height};
      svg_.rectangle(box, ground);
      svg_.frame(box, {.colour = white});
      svg_.text({box.x + width / 2, y + 20}, number_text(number, digits),
                {.size = 12, .anchor = Anchor::middle, .colour = is_dark(ground) ? white : ink});
    }
  }

  void draw_key(Index j) {
    const double y = keys_y + static_cast<double>(j) * (height + gap);
    const double weight = e_.weights(i_, j);
    svg_.text({keys_x - 12, y + 20}, example_words[static_cast<size_t>(j)],
              {.anchor = Anchor::end});
    row(view_of(e_.k).rows(j, j + 1), keys_x, y, 1);
    arrow(keys_x + 4 * cell + 6, products_x - 2, y + height / 2);
    const double product =
        inner_product(view_of(e_.q).rows(i_, i_ + 1), view_of(e_.k).rows(j, j + 1));
    number(products_x, y, number_text(product, 1));
    arrow(products_x + cell + 6, scores_x + 1, y + height / 2);
    number(scores_x, y, number_text(e_.scores(i_, j), 2));
    arrow(scores_x + cell + 6, weights_x - 4, y + height / 2);
    svg_.rectangle({weights_x, y + 4, bar * weight, height - 8}, line_colour(0));
    svg_.text({weights_x + bar * weight + 6, y + 20}, number_text(weight, 3));
    row(view_of(e_.v).rows(j, j + 1), values_x, y, 0, narrow);
    arrow(values_x + 3 * narrow + 6, parts_x - 4, y + height / 2);
    const Matrix part = xt::view(e_.v, xt::range(j, j + 1)) * e_.weights(i_, j);
    row(view_of(part), parts_x, y, 3);
  }

  /// A number that ends where its column does.
  void number(double x, double y, std::string_view text) {
    svg_.text({x + cell, y + 20}, text, {.anchor = Anchor::end});
  }

  void arrow(double from, double to, double y) {
    const LineStyle pale{.colour = pale_ink};
    svg_.line({from, y}, {to, y}, pale);
    svg_.line({to - 5, y - 3}, {to, y}, pale);
    svg_.line({to - 5, y + 3}, {to, y}, pale);
  }

  const Example& e_;
  Index i_;
  Svg svg_{780, 450};
};

}  // namespace

std::string trace_figure(const Example& e, Index i) { return TraceDrawing(e, i).str(); }

}  // namespace transformer
