// Checks predict_products by doing it.
#include "chapters/02_positional_encoding/exercises/predict_products.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  const Matrix pe = sinusoids(304, 16);
  const auto product = [&](Index p, Index q) {
    return inner_product(view_of(pe).rows(p, p + 1), view_of(pe).rows(q, q + 1));
  };
  constexpr double about = 0.03;
  const double itself = product(7, 7), near = product(0, 3), far = product(300, 303);
  const double square = product(0, 0) - 2 * near + product(3, 3);

  Exercise exercise("predict_products");
  exercise.expect("PE(7) . PE(7)", predicted_product_with_itself(), itself,
                  {{1, "1 is the sum of one pair, sin^2 + cos^2: how many pairs are there?"},
                   {16, "16 numbers, but two of them together make 1"},
                   {std::sqrt(8.0), "that is the length of PE(7); the product is its square"}},
                  "each pair adds sin^2 + cos^2", about);
  exercise.expect("PE(300) . PE(303)", predicted_product_of_300_and_303(), far,
                  {{0, "far from the begin is not far from each other: only 303 - 300 counts"},
                   {itself, "they are three places apart, and not the same place"}},
                  "the sum of cos(w_i (p - q)): where does it say how large p is?", about);
  exercise.expect("square of the distance from PE(0) to PE(3)", predicted_square_of_distance(),
                  square,
                  {{itself - near, "(a - b)^2 has a^2 and b^2 in it, and the product twice"},
                   {itself, "that would be two codes at a right angle, seen from one of them"},
                   {2 * itself + 2 * near, "(a - b)^2 = a^2 - 2ab + b^2: look at the sign"}},
                  "|a - b|^2 = a.a - 2 a.b + b.b", about);
  return exercise.finish();
}
