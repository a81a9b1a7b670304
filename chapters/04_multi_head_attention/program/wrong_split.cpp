#include "chapters/04_multi_head_attention/program/wrong_split.hpp"

#include <cassert>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/colours.hpp"
#include "src/draw/svg.hpp"

namespace transformer {

//! [wrong_head]
MatrixView wrong_head(MatrixView q, Index h, Index n_heads) {
  assert(q.is_contiguous());
  const Index d_k = q.n_columns / n_heads;
  return {q.data + h * q.n_rows * d_k, q.n_rows, d_k};
}
//! [wrong_head]

namespace {

/// q as token.column, each number in the colour of the head that gets it.
std::string split_figure(ConstMatrixView places, Index n_heads) {
  constexpr double cell = 42, height = 30, top = 84;
  const Index n_rows = places.n_rows, n_columns = places.n_columns, d_k = n_columns / n_heads;
  const std::vector<Colour> colours = palette(ColourMap::sequential, 5);
  Svg svg(760, 270);
  svg.text({16, 30}, "Which numbers of q does each head get?", {.size = 15, .bold = true});
  for (const bool right : {true, false}) {
    const double left = right ? 24 : 400;
    svg.text({left, top - 14}, right ? "a block of columns" : "cut without a transpose",
             {.bold = true});
    for (Index i = 0; i < n_rows; ++i) {
      for (Index j = 0; j < n_columns; ++j) {
        const Index h = right ? j / d_k : (i * n_columns + j) / (n_rows * d_k);
        const Colour ground = colours[h == 0 ? 1 : 3];
        const Box box{left + cell * static_cast<double>(j), top + height * static_cast<double>(i),
                      cell, height};
        svg.rectangle(box, ground);
        svg.frame(box, {.colour = white});
        svg.text({box.x + cell / 2, box.y + 20}, number_text(places(i, j), 1),
                 {.size = 12, .anchor = Anchor::middle, .colour = is_dark(ground) ? white : ink});
      }
    }
  }
  for (const Index h : {0, 1}) {
    const double x = 24 + 90 * static_cast<double>(h);
    svg.rectangle({x, 246, 14, 14}, colours[h == 0 ? 1 : 3]);
    svg.text({x + 20, 258}, h == 0 ? "head 0" : "head 1", {.size = 12});
  }
  svg.text({400, 258}, "2.4: token 2, column 4", {.size = 12, .colour = pale_ink});
  return svg.str();
}

}  // namespace

void show_wrong_split(ConstMatrixView q, ConstMatrixView k, Index n_heads,
                      const SceneRequest& request) {
  const Index n_tokens = q.n_rows, d_model = q.n_columns, d_k = d_model / n_heads;

  // Numbers that say where they are: token before the point, column behind it.
  const auto number = [](Index i) { return static_cast<float>(i); };
  Matrix places = zeros(n_tokens, d_model);
  for (Index i = 0; i < n_tokens; ++i) {
    for (Index j = 0; j < d_model; ++j) places(i, j) = number(i) + 0.1f * number(j);
  }
  print_matrix("q, each number its token.column", view_of(places), {.digits = 1});
  print_matrix("head 1 as it should be", view_of(places).columns(d_k, 2 * d_k), {.digits = 1});
  print_matrix("head 1, cut without a transpose", wrong_head(view_of(places), 1, n_heads),
               {.digits = 1});
  request.draw("split", split_figure(view_of(places), n_heads));

  // Every row is a mixture of places: the words attend to something, but to nothing that exists.
  Matrix right = zeros(n_tokens, n_tokens), wrong = zeros(n_tokens, n_tokens);
  attention_weights(q.columns(0, d_k), k.columns(0, d_k), Mask::none, view_of(right));
  Matrix q_copy = matrix_of<float>(q), k_copy = matrix_of<float>(k);
  attention_weights(wrong_head(view_of(q_copy), 0, n_heads),
                    wrong_head(view_of(k_copy), 0, n_heads), Mask::none, view_of(wrong));
  print_matrix("weights of head 0, cut without a transpose", view_of(wrong));
  value("largest difference to the right ones", largest_difference(view_of(right), view_of(wrong)),
        3);
}

}  // namespace transformer
