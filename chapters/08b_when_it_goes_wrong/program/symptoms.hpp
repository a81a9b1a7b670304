// What each mistake looks like from outside, beside the right translator, and what finds it.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// All of them: loss, how many new sentences are right, one translation; figure losses.
void show_symptoms(const SceneRequest&);

// The loss is too good (too_good.cpp). Figure weights: where the decoder looks back.
void show_no_causal_mask(const SceneRequest&);
void show_target_not_shifted(const SceneRequest&);
void show_mask_transposed(const SceneRequest&);

// It does not listen (not_listening.cpp).
void show_source_not_read(const SceneRequest&);
void show_other_vocabulary(const SceneRequest&);
void show_rate_too_high(const SceneRequest&);
void show_positions_forgotten(const SceneRequest&);

// It works, nearly (nearly.cpp).
void show_padding_seen(const SceneRequest&);
void show_dropout_left_on(const SceneRequest&);
void show_wrong_first_token(const SceneRequest&);
void show_scale_forgotten(const SceneRequest&);

// What finds them (finding.cpp).

/// Eight pairs learned by heart: what each makes of them.
void show_one_batch(const SceneRequest&);
/// Every test on every translator that has not learned anything yet.
void show_tests(const SceneRequest&);

}  // namespace transformer
