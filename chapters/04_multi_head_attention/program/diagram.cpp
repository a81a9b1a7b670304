// The picture of multi-head attention: from the words' vectors to the mixed heads.
#include <fmt/format.h>

#include "chapters/04_multi_head_attention/program/demonstrations.hpp"
#include "src/draw/colours.hpp"
#include "src/draw/svg.hpp"

namespace transformer {
namespace {

constexpr double cell = 11, y_middle = 150;

/// A matrix as a box of cells; columns of one head have one colour.
class MultiHeadDrawing {
 public:
  MultiHeadDrawing() {
    svg_.text({16, 30}, "Two heads, 5 tokens, d_model = 8", {.size = 15, .bold = true});
    double x = 20;
    x = matrix(x, 5, 8, "x", plain);
    x = sign(x, "×");
    x = matrix(x, 8, 24, "w_qkv", by_third);
    x = sign(x, "=");
    x = matrix(x, 5, 24, "q | k | v", by_third);
    arrow(x);
    x = 20;
    y_ = 330;
    heads(x);
    x += 190;
    x = sign(x, "→");
    x = matrix(x, 5, 8, "side by side", by_head);
    x = sign(x, "×");
    x = matrix(x, 8, 8, "w_o", plain);
    x = sign(x, "=");
    matrix(x, 5, 8, "y", plain);
    svg_.text({20, 440}, "■ head 0", {.colour = dark[0], .bold = true});
    svg_.text({110, 440}, "■ head 1", {.colour = dark[1], .bold = true});
    svg_.text({200, 440}, "each head attends in its own columns (chapter 03)",
              {.colour = pale_ink});
  }
  std::string str() const { return svg_.str(); }

 private:
  using ColourOf = Colour (*)(Index column);
  static constexpr Colour light[] = {{173, 210, 240}, {250, 205, 165}};
  static constexpr Colour dark[] = {{0, 114, 178}, {213, 94, 0}};
  static Colour plain(Index) { return {232, 232, 232}; }
  static Colour by_third(Index column) { return light[column % 8 / 4]; }
  static Colour by_head(Index column) { return light[column / 4]; }

  /// Draws it from x on, its middle at the height of the row, and gives where it ends.
  double matrix(double x, Index n_rows, Index n_columns, std::string_view name,
                ColourOf colour_of) {
    const double height = cell * static_cast<double>(n_rows), top = y_ - height / 2;
    const double width = cell * static_cast<double>(n_columns);
    for (Index i = 0; i < n_rows; ++i) {
      for (Index j = 0; j < n_columns; ++j) {
        const Box box{x + cell * static_cast<double>(j), top + cell * static_cast<double>(i), cell,
                      cell};
        svg_.rectangle(box, colour_of(j));
        svg_.frame(box, {.colour = white, .width = 0.75});
      }
    }
    svg_.text({x + width / 2, y_ - 58}, name, {.anchor = Anchor::middle, .bold = true});
    svg_.text({x + width / 2, y_ + 62}, fmt::format("({}, {})", n_rows, n_columns),
              {.size = 12, .anchor = Anchor::middle, .colour = pale_ink});
    return x + width;
  }

  double sign(double x, std::string_view text) {
    svg_.text({x + 15, y_ + 6}, text, {.size = 18, .anchor = Anchor::middle});
    return x + 30;
  }

  void arrow(double x) { svg_.text({x + 6, y_ + 6}, "→ below", {.size = 13, .colour = pale_ink}); }

  /// The two attentions, one above the other.
  void heads(double x) {
    for (const int h : {0, 1}) {
      const Box box{x, y_ - 44 + 50.0 * h, 180, 40};
      svg_.rectangle(box, light[h]);
      svg_.text({x + 90, box.y + 17}, fmt::format("head {}: attention of", h),
                {.size = 12, .anchor = Anchor::middle});
      svg_.text({x + 90, box.y + 32}, fmt::format("q, k, v, columns {} to {}", 4 * h, 4 * h + 3),
                {.size = 12, .anchor = Anchor::middle});
    }
    svg_.text({x + 90, y_ + 62}, "(5, 4) each",
              {.size = 12, .anchor = Anchor::middle, .colour = pale_ink});
  }

  double y_ = y_middle;
  Svg svg_{780, 456};
};

}  // namespace

std::string multi_head_figure() { return MultiHeadDrawing().str(); }

}  // namespace transformer
