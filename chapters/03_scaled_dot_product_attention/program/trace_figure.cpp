// The picture of one query's way: read it from left to right, and down at the end.
#include <algorithm>
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/program/example.hpp"
#include "src/book/sections.hpp"
#include "src/draw/colours.hpp"
#include "src/draw/svg.hpp"

namespace transformer {
namespace {

constexpr double cell = 46, height = 30, gap = 8;
constexpr double keys_x = 78, scores_x = 308, weights_x = 402, values_x = 576;
constexpr double query_y = 92, keys_y = 168, vector_y = 388;

class TraceDrawing {
 public:
  TraceDrawing(const Example& e, Index i) : e_(e), i_(i) {
    const std::string& word = example_words[static_cast<size_t>(i)];
    svg_.text({16, 30}, "The query of '" + word + "' on its way to a vector",
              {.size = 15, .bold = true});
    head(keys_x + 2 * cell, query_y - 12, "its query q");
    row(view_of(e.q).rows(i, i + 1), keys_x, query_y, 1);
    head(keys_x + 2 * cell, keys_y - 12, "1. times each key k");
    head(scores_x + 0.75 * cell, keys_y - 12, "2. score");
    head(weights_x + 60, keys_y - 12, "3. weight");
    head(values_x + 1.5 * cell, keys_y - 12, "4. times value v");
    for (Index j = 0; j < 5; ++j) draw_key(j);
    head(values_x + 1.5 * cell, vector_y - 12, "5. sum: its vector");
    row(view_of(e.vectors).rows(i, i + 1), values_x, vector_y, 3);
    note(keys_x + 2 * cell, "q.k, number by number");
    note(scores_x + 0.75 * cell, "q.k / sqrt(4)");
    note(weights_x + 60, "softmax: they sum to 1");
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
  void row(ConstMatrixView numbers, double x, double y, int digits) {
    static const std::vector<Colour> colours = palette(ColourMap::diverging, 33);
    for (Index c = 0; c < numbers.n_columns; ++c) {
      const double number = numbers(0, c), share = std::clamp(number / 6, -1.0, 1.0);
      const Colour ground = colours[static_cast<size_t>(std::lround(16 + 16 * share))];
      const Box box{x + static_cast<double>(c) * cell, y, cell, height};
      svg_.rectangle(box, ground);
      svg_.frame(box, {.colour = white});
      svg_.text({box.x + cell / 2, y + 20}, number_text(number, digits),
                {.size = 12, .anchor = Anchor::middle, .colour = is_dark(ground) ? white : ink});
    }
  }

  void draw_key(Index j) {
    const double y = keys_y + static_cast<double>(j) * (height + gap);
    const double weight = e_.weights(i_, j);
    svg_.text({keys_x - 12, y + 20}, example_words[static_cast<size_t>(j)],
              {.anchor = Anchor::end});
    row(view_of(e_.k).rows(j, j + 1), keys_x, y, 1);
    arrow(keys_x + 4 * cell + 8, scores_x - 6, y + height / 2);
    svg_.text({scores_x + 1.2 * cell, y + 20}, number_text(e_.scores(i_, j), 2),
              {.anchor = Anchor::end});
    arrow(scores_x + 1.2 * cell + 10, weights_x - 6, y + height / 2);
    svg_.rectangle({weights_x, y + 4, 120 * weight, height - 8}, line_colour(0));
    svg_.text({weights_x + 120 * weight + 6, y + 20}, number_text(weight, 3));
    arrow(weights_x + 122, values_x - 6, y + height / 2);
    row(view_of(e_.v).rows(j, j + 1), values_x, y, 1);
  }

  void arrow(double from, double to, double y) {
    const LineStyle pale{.colour = pale_ink};
    svg_.line({from, y}, {to, y}, pale);
    svg_.line({to - 5, y - 3}, {to, y}, pale);
    svg_.line({to - 5, y + 3}, {to, y}, pale);
  }

  const Example& e_;
  Index i_;
  Svg svg_{760, 440};
};

}  // namespace

std::string trace_figure(const Example& e, Index i) { return TraceDrawing(e, i).str(); }

}  // namespace transformer
