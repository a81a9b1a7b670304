// Checks cross_attention against the chapter's formula.
#include "chapters/03_scaled_dot_product_attention/program/plain.hpp"
#include "chapters/04_multi_head_attention/exercises/cross_attention.hpp"
#include "src/book/attention_formulas.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  using formula::product;
  constexpr Index n = 4, d_model = 6, d_k = 3;
  const Matrix x = normal_matrix(n, d_model, 1), memory = normal_matrix(n, d_model, 2),
               w_q = normal_matrix(d_model, d_k, 3), w_k = normal_matrix(d_model, d_k, 4),
               w_v = normal_matrix(d_model, d_k, 5);
  const auto attend = [&](const Matrix& asks, const Matrix& is_found, const Matrix& says) {
    return plain_attention(product(asks, w_q), product(is_found, w_k), product(says, w_v));
  };
  const Matrix expected = attend(x, memory, memory), self = attend(x, x, x),
               swapped = attend(memory, x, x), own_values = attend(x, memory, x),
               own_keys = attend(x, x, memory);

  Exercise exercise("cross_attention");
  exercise.name_places({"le", "chat", "noir", "dort"}, {});
  const Matrix found = exercise_cross_attention(x, memory, w_q, w_k, w_v);
  exercise.expect("vectors", view_of(found), view_of(expected),
                  {{view_of(self), "this is self-attention: the source is never looked at"},
                   {view_of(swapped), "here the source asks: a row for each word of x is wanted"},
                   {view_of(own_values), "the values are those of the words that were found"},
                   {view_of(own_keys), "what is searched is the source: its words have the keys"}},
                  "the queries come from x, keys and values from the memory");
  return exercise.finish();
}
