// Runs what predict_tests predicts.
#include "chapters/08b_when_it_goes_wrong/exercises/predict_tests.hpp"

#include <algorithm>
#include <cmath>

#include "chapters/08b_when_it_goes_wrong/program/learners.hpp"
#include "chapters/08b_when_it_goes_wrong/proofs.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

const SentencePair pair = {"the young boy waits", "le jeune garçon attend"};

double first_place(const std::string& name) {
  return static_cast<double>(places_that_notice(*new_translator(name), pair, 1, "grand").front());
}

double loss_with_zeros() {
  const auto right = new_translator("right");
  const std::span<float> numbers = right->store().values();
  std::fill(numbers.begin(), numbers.end(), 0.0f);
  return loss_on(*right, {pair});
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("predict_tests");
  exercise.expect("first place of the right one", first_place_of_the_right_one(),
                  first_place("right"),
                  {{1.0, "place 1 predicts word 1: it must not know it; place 2 reads it"}},
                  "the decoder reads each word a place later than it must predict it");
  exercise.expect("first place without the shift", first_place_without_the_shift(),
                  first_place("target_not_shifted"),
                  {{2.0, "that is with the shift; without it a word is read where it stands"}},
                  "without the shift a word is read where it stands");
  exercise.expect("first place with the mask transposed", first_place_with_the_mask_transposed(),
                  first_place("mask_transposed"),
                  {{2.0, "place 2 reads the word, and all before it see place 2"}},
                  "who looks at what comes later notices");
  exercise.expect("variance without the scale", variance_without_the_scale() / 36,
                  variance_of_scores(*new_translator("scale_forgotten"), 36) / 36,
                  {{1.0 / 36, "that is with the scale"},
                   {6.0 / 36, "that is the deviation; the variance is its square"}},
                  "36 products of variance 1 are added up", 0.05);
  exercise.expect(
      "move without positions", move_without_positions(),
      difference_by_source(*new_translator("positions_forgotten"), pair, "young the boy waits"),
      "the same words, and nothing says where they stood", 1e-3);
  exercise.expect(
      "loss of a table of zeros", loss_of_a_table_of_zeros(), loss_with_zeros(),
      {{0.0, "all logits are 0, which is no knowledge: each token gets an equal share"}},
      "261 equal shares", 1e-3);
  return exercise.finish();
}
