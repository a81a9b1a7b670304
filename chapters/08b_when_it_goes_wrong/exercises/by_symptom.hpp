// Spot the bug: five translators, of which you see only what they do.
//
// Each has one mistake of this page. Below stands what was seen of it. Return its name, as the
// chapter's program lists it: "no_causal_mask", "mask_transposed", "target_not_shifted",
// "source_not_read", "other_vocabulary", "rate_too_high", "positions_forgotten",
// "wrong_first_token", "padding_seen", "dropout_left_on" or "scale_forgotten".
#pragma once

#include <string>

namespace transformer {

/// The loss falls as it should, on new sentences too. "the black dog sleeps" becomes "le chien noir
/// dort", and half a minute later "le chien noire dort".
std::string patient_anna();

/// The loss is 0.001 on new sentences. It translates nothing, "le le le" for most. In the decoder's
/// first attention, the weights of each row are on the columns from its own place on; the last row
/// has all of its weight on itself.
std::string patient_bela();

/// Loss and score are fine. "the old man sees the young woman" and "the young man sees the old
/// woman" have the same translation.
std::string patient_cleo();

/// The loss stays at 2.1. All 100 sentences of the test become "les hommes sont fatigués".
std::string patient_dora();

/// The loss of step 1 is 2.9, with a vocabulary of 8000 words. A hundred steps later it is 0.
std::string patient_emil();

}  // namespace transformer
