// Compares loss_of_counting with sums worked out by hand.
#include "chapters/08b_when_it_goes_wrong/exercises/loss_of_counting.hpp"

#include <cmath>

#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  Exercise exercise("loss_of_counting");
  // Four places: a, a, b and the end.
  const double a = 0.5 * std::log(2.0), b = 0.25 * std::log(4.0);
  exercise.expect("the loss on `a a b`", loss_of_counting({{"a", "a", "b"}}), a + 2 * b,
                  {{1.5, "in bits; a loss is measured in nats, with the natural logarithm"},
                   {2.0 / 3 * std::log(1.5) + std::log(3.0) / 3,
                    "the ends of the sentences are missing: they are predicted like words"},
                   {std::log(3.0), "that is a guess at random; counting knows more"}},
                  "four places, of which a has two, b one and the end one", 1e-6);
  exercise.expect("the loss on two sentences without words", loss_of_counting({{}, {}}), 0.0,
                  "the end is certain, and what is certain costs nothing", 1e-6);
  exercise.expect("the loss on `a` and `b`", loss_of_counting({{"a"}, {"b"}}),
                  2 * b + 0.5 * std::log(2.0), "four places, two of them ends", 1e-6);
  return exercise.finish();
}
