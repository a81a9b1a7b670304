// All words at once: no order without places, and no waiting.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/colours.hpp"
#include "src/draw/svg.hpp"

namespace transformer {

// ---- One after the other, or all at once ------------------------------------------------------

namespace {

constexpr double box_width = 44, box_height = 28, spacing = 66, above_y = 84, below_y = 176;

Point middle_of(double left, int i, double y) { return {left + spacing * i + box_width / 2, y}; }

void draw_words(Svg& svg, double left, double y) {
  for (int i = 0; i < 5; ++i) {
    const Box box{left + spacing * i, y - box_height / 2, box_width, box_height};
    svg.frame(box, {.colour = pale_ink});
    svg.text({box.x + box_width / 2, y + 5}, example_words[static_cast<size_t>(i)],
             {.anchor = Anchor::middle});
  }
}

void arrow(Svg& svg, Point from, Point to, const LineStyle& style) {
  svg.line(from, to, style);
  const bool is_flat = from.y == to.y;
  svg.line({to.x - (is_flat ? 5 : 4), to.y + (is_flat ? -4 : 5)}, to, style);
  svg.line({to.x - (is_flat ? 5 : -4), to.y + (is_flat ? 4 : 5)}, to, style);
}

std::string parallel_figure() {
  constexpr double left = 24, right = 404;
  Svg svg(760, 250);
  svg.text({left, 30}, "One after the other: a recurrent network", {.size = 15, .bold = true});
  svg.text({right, 30}, "All at once: attention", {.size = 15, .bold = true});
  for (const double side : {left, right}) {
    draw_words(svg, side, above_y);
    draw_words(svg, side, below_y);
  }
  for (int i = 0; i < 5; ++i) {
    arrow(svg, {middle_of(left, i, 0).x, below_y - box_height / 2},
          {middle_of(left, i, 0).x, above_y + box_height / 2}, {.colour = pale_ink});
    if (i < 4) {
      arrow(svg, {middle_of(left, i, 0).x + box_width / 2, above_y},
            {middle_of(left, i + 1, 0).x - box_width / 2, above_y},
            {.colour = line_colour(1), .width = 2.5});
    }
    for (int j = 0; j < 5; ++j) {
      svg.line({middle_of(right, j, 0).x, below_y - box_height / 2},
               {middle_of(right, i, 0).x, above_y + box_height / 2},
               {.colour = line_colour(0), .width = i == 4 && j == 0 ? 2.5 : 0.75});
    }
  }
  svg.text({left, 222}, "each orange arrow waits for the one before:");
  svg.text({left, 240}, "5 steps, and 4 arrows from the first word to the last");
  svg.text({right, 222}, "no line waits for another:");
  svg.text({right, 240}, "1 step, and 1 line from the first word to the last");
  return svg.str();
}

}  // namespace

// ---- Shuffled words ---------------------------------------------------------------------------

void show_shuffled(const SceneRequest& request) {
  request.draw("parallel", parallel_figure());
  constexpr Index n = 5, width = 8;
  const std::vector<TokenId> sentence = {0, 1, 2, 0, 3};  // the dog ate the cat
  const std::vector<Index> whole = {0, n}, order = {4, 2, 0, 1, 3};
  std::vector<TokenId> shuffled;
  for (const Index from : order) shuffled.push_back(sentence[static_cast<size_t>(from)]);
  ParameterStore store(1);
  const Embedding embedding(store, "embedding", 4, width);
  const PositionalEncoding positions(n, width);
  Tape tape(Threads::serial());
  const Segments one{whole};
  const auto vectors = [&](const std::vector<TokenId>& words, bool with_places) {
    Variable x = embedding(tape, words);
    if (with_places) x = positions(x, one);
    return scaled_dot_product_attention(x, x, x, {one, one}).value();
  };
  for (const bool with_places : {false, true}) {
    const ConstMatrixView first = vectors(sentence, with_places),
                          second = vectors(shuffled, with_places);
    double difference = 0;
    for (Index i = 0; i < n; ++i) {
      const Index from = order[static_cast<size_t>(i)];
      difference = std::max(difference,
                            largest_difference(second.rows(i, i + 1), first.rows(from, from + 1)));
    }
    value(with_places ? "with places, a word's vector changes by"
                      : "without places, a word's vector changes by",
          difference, 3);
  }
}

// ---- Two arrows -------------------------------------------------------------------------------

namespace {

struct Arrows {
  double length, angle;  // of the key; the query is 2 long and points to the right
};
constexpr Arrows keys[] = {{1.5, 0}, {1.5, 45}, {1.5, 90}, {1.5, 180}, {3.0, 45}};

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

std::string arrows_figure() {
  constexpr double panel = 148, unit = 30, y = 150;
  Svg svg(5 * panel + 20, 220);
  svg.text({16, 30}, "q.k = length of q × length of k × cosine of the angle",
           {.size = 15, .bold = true});
  for (int i = 0; i < 5; ++i) {
    const Point start{30 + panel * i + (keys[i].angle > 90 ? 44 : 0), y};
    const auto draw = [&](double length, double angle, Colour colour, std::string_view name) {
      const Point tip{start.x + unit * length * std::cos(radians(angle)),
                      start.y - unit * length * std::sin(radians(angle))};
      svg.line(start, tip, {.colour = colour, .width = 3});
      svg.rectangle({tip.x - 4, tip.y - 4, 8, 8}, colour);
      svg.text({tip.x + 8, tip.y - 6}, name, {.colour = colour, .bold = true});
    };
    draw(2, 0, line_colour(0), "q");
    draw(keys[i].length, keys[i].angle, line_colour(1), "k");
    const double product = 2 * keys[i].length * std::cos(radians(keys[i].angle));
    svg.text({30 + panel * i, y + 36}, "q.k = " + number_text(product, 1), {.bold = true});
    svg.text({30 + panel * i, y + 56}, "angle " + number_text(keys[i].angle, 0) + "°",
             {.size = 12, .colour = pale_ink});
  }
  return svg.str();
}

}  // namespace

void show_arrows(const SceneRequest& request) {
  std::vector<TableRow> table;
  for (const Arrows& key : keys) {
    const double cosine = std::cos(radians(key.angle));
    table.push_back({"2.0", number_text(key.length, 1), number_text(key.angle, 0),
                     number_text(cosine), number_text(2 * key.length * cosine, 1)});
  }
  print_table({"length of q", "length of k", "angle", "cosine", "q.k"}, table);
  request.draw("arrows", arrows_figure());
}

}  // namespace transformer
