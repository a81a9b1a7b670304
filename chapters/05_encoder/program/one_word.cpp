// One word's numbers through a whole layer, and their picture.
#include <algorithm>
#include <array>
#include <cmath>

#include "chapters/05_encoder/encoder.hpp"
#include "chapters/05_encoder/program/parts.hpp"
#include "src/autograd/operations.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/colours.hpp"
#include "src/draw/svg.hpp"

namespace transformer {
namespace {

constexpr ModelConfig config{.d_model = 4, .d_ff = 8, .n_heads = 2, .n_layers = 1, .p_drop = 0.0f};

/// What the word is at one place of the layer.
struct Stop {
  std::string how;   ///< What made it of the stop before.
  std::string name;  ///< As in the formulas.
  Matrix numbers;    ///< (1, d_model), or (1, d_ff) inside the feed-forward network.
  int adds = 0;      ///< So many stops before lies what is added, if anything is.
};

/// An encoder layer in its parts.
struct Parts {
  ParameterStore store{1};
  SelfAttention attention{store, "self_attention", config.d_model, config.n_heads};
  ResidualNorm norm_1{store, "norm_1", config};
  FeedForward feed_forward{store, "feed_forward", config};
  ResidualNorm norm_2{store, "norm_2", config};

  std::vector<Stop> stops_of(Index word, const Segments& whole, Variable x) const {
    const auto row = [&](Variable v) {
      return matrix_of<float>(ConstMatrixView(v.value().rows(word, word + 1)));
    };
    const Variable found = attention(x, whole, Mask::none), y = norm_1(x, found);
    const Variable hidden = linear(y, store.at("feed_forward.w_1").variable,
                                   store.at("feed_forward.b_1").variable, map_id<Relu>);
    const Variable made = feed_forward(y), out = norm_2(y, made);
    return {{"", "x", row(x)},
            {"self-attention: collects from all words", "attention(x)", row(found)},
            {"add x", "x + attention(x)", row(x) + row(found), 2},
            {"normalize: mean 0, variance 1", "y", row(y)},
            {"times W_1, plus b_1; below 0 becomes 0", "hidden", row(hidden)},
            {"times W_2, plus b_2", "FFN(y)", row(made)},
            {"add y", "y + FFN(y)", row(y) + row(made), 3},
            {"normalize again", "the layer's row", row(out)}};
  }
};

// ---- The picture, from top to bottom ----------------------------------------------------------

constexpr double left = 176, cell = 42, height = 28, gap = 34, head_room = 52;
constexpr double middle = left + 2 * cell, bypass = left - 22;

double top_of(size_t stop) { return head_room + static_cast<double>(stop) * (height + gap); }

void arrow(Svg& svg, std::span<const Point> points) {
  svg.polyline(points);
  const Point tip = points.back();
  const bool down = points[points.size() - 2].x == tip.x;
  const std::array<Point, 3> head =
      down ? std::array<Point, 3>{{{tip.x - 4, tip.y - 5}, tip, {tip.x + 4, tip.y - 5}}}
           : std::array<Point, 3>{{{tip.x - 5, tip.y - 4}, tip, {tip.x - 5, tip.y + 4}}};
  svg.polyline(head);
}

/// Numbers in cells; the further from zero, the darker.
void draw_numbers(Svg& svg, ConstMatrixView numbers, double y) {
  static const std::vector<Colour> colours = palette(ColourMap::diverging, 33);
  for (Index c = 0; c < numbers.n_columns; ++c) {
    const double number = numbers(0, c), share = std::clamp(number / 4, -1.0, 1.0);
    const Colour ground = colours[static_cast<size_t>(std::lround(16 + 16 * share))];
    const Box box{left + static_cast<double>(c) * cell, y, cell, height};
    svg.rectangle(box, ground);
    svg.frame(box, {.colour = hairline});
    svg.text({box.x + cell / 2, y + 19}, number_text(number, 2),
             {.size = 12, .anchor = Anchor::middle, .colour = is_dark(ground) ? white : ink});
  }
}

std::string picture(std::span<const Stop> stops, const std::string& word) {
  Svg svg(left + 8 * cell + 16, top_of(stops.size()) - gap + 16);
  svg.text({16, 28}, "'" + word + "' on its way through a layer", {.size = 15, .bold = true});
  for (size_t i = 0; i < stops.size(); ++i) {
    const Stop& stop = stops[i];
    const double y = top_of(i), centre = y + height / 2;
    if (i > 0) {
      arrow(svg, std::array<Point, 2>{{{middle, y - gap + 2}, {middle, y - 2}}});
      svg.text({middle + 12, y - gap / 2 + 4}, stop.how, {.size = 12, .colour = pale_ink});
    }
    if (stop.adds > 0) {
      const double from = top_of(i - static_cast<size_t>(stop.adds)) + height / 2;
      arrow(svg, std::array<Point, 4>{
                     {{left, from}, {bypass, from}, {bypass, centre}, {left - 2, centre}}});
    }
    svg.text({bypass - 10, centre + 5}, stop.name, {.anchor = Anchor::end, .bold = true});
    draw_numbers(svg, view_of(stop.numbers), y);
  }
  return svg.str();
}

}  // namespace

void show_one_word(const SceneRequest& request) {
  const Index word = request.integer("word", 0, std::ssize(sentence_words) - 1);
  const Matrix words = sentence();
  const std::vector<Index> offsets = {0, std::ssize(sentence_words)};
  const Parts parts;
  Tape tape(Threads::serial());
  const Variable x = tape.input(view_of(words));
  const std::vector<Stop> stops = parts.stops_of(word, {offsets}, x);
  std::vector<TableRow> table;
  for (const Stop& stop : stops) {
    TableRow& row = table.emplace_back(TableRow{stop.name});
    for (const float number : stop.numbers) row.push_back(number_text(number, 2));
    row.resize(1 + config.d_ff);
  }
  const std::string& name = sentence_words[static_cast<size_t>(word)];
  TableRow head = {name};
  head.resize(1 + config.d_ff);
  print_table(head, table);
  request.draw("one_word", picture(stops, name));

  // The parts were started like those of a layer, one after the other.
  ParameterStore store(1);
  const EncoderLayer layer(store, "layer", config);
  const ConstMatrixView row = layer(x, {offsets}).value().rows(word, word + 1);
  value("largest difference to EncoderLayer",
        largest_difference(row, view_of(stops.back().numbers)), 4);
}

}  // namespace transformer
