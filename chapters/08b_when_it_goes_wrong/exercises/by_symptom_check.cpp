// Compares what by_symptom found with what each translator has.
#include "chapters/08b_when_it_goes_wrong/exercises/by_symptom.hpp"

#include "src/book/exercise.hpp"

int main() {
  using namespace transformer;
  Exercise exercise("by_symptom");
  exercise.expect("what Anna has", patient_anna(), "dropout_left_on",
                  {{"padding_seen", "the source was alone both times: nothing but chance differs"}},
                  "the same source, and not the same translation: what is random in a translator?");
  exercise.expect(
      "what Bela has", patient_bela(), "mask_transposed",
      {{"no_causal_mask", "without a mask the weights would stand on both sides of the diagonal"},
       {"target_not_shifted",
        "the shift moves what is read; the weights would be a right triangle"}},
      "on which side of the diagonal is what it sees?");
  exercise.expect("what Cleo has", patient_cleo(), "positions_forgotten",
                  {{"source_not_read", "then all sources would have the same translation"}},
                  "what do the two sources have in common, and what not?");
  exercise.expect(
      "what Dora has", patient_dora(), "source_not_read",
      {{"other_vocabulary",
        "read in other numbers, different sources would still get different translations"},
       {"rate_too_high", "it writes a good French sentence: it has learned more than to count"}},
      "a good sentence, and always the same: what does it know, and what not?");
  exercise.expect(
      "what Emil has", patient_emil(), "target_not_shifted",
      {{"no_causal_mask", "a missing mask has to be found by learning; at step 1 it does not help"},
       {"mask_transposed", "a mask has to be found by learning; at step 1 it does not help"}},
      "ln 8000 is 9.0: what makes a loss so low before anything is learned?");
  return exercise.finish();
}
