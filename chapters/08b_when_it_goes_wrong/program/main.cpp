// Eleven mistakes, each made on purpose: what one sees of them, and what finds them.

#include "chapters/08b_when_it_goes_wrong/program/symptoms.hpp"

namespace transformer {
namespace {

const Chapter chapter = {
    "08b_when_it_goes_wrong",
    "Eleven mistakes: what one sees of them, and what finds them.",
    {{"symptoms", "all of them side by side", show_symptoms},
     {"one_batch", "eight pairs learned by heart", show_one_batch},
     {"no_causal_mask", "the decoder sees what it must predict", show_no_causal_mask},
     {"mask_transposed", "the mask on the wrong axis", show_mask_transposed},
     {"target_not_shifted", "it is fed what it must predict", show_target_not_shifted},
     {"source_not_read", "the source never reaches the decoder", show_source_not_read},
     {"other_vocabulary", "the source in another vocabulary's numbers", show_other_vocabulary},
     {"rate_too_high", "a high rate without warm-up", show_rate_too_high},
     {"positions_forgotten", "words without places", show_positions_forgotten},
     {"wrong_first_token", "translations that begin with the wrong mark", show_wrong_first_token},
     {"padding_seen", "padding that is attended to", show_padding_seen},
     {"dropout_left_on", "dropout while translating", show_dropout_left_on},
     {"scale_forgotten", "scores that are not divided", show_scale_forgotten},
     {"tests", "every test on every translator", show_tests}},
    check_reference,
    "06_decoder"};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
