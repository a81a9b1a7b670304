// What the chapter's program shows with a small trained model: cross_attention.cpp, decoding.cpp
// and leak.cpp.
#pragma once

#include "chapters/06_decoder/program/reverser.hpp"
#include "src/book/scenes.hpp"

namespace transformer {

/// Draws a layer of the paper's base model and what stands below and above the stack, with the
/// shape of everything: decoder_layer.svg.
void draw_decoder_layer(const SceneRequest&);

/// Where every position of the target looks in the source, and draws it for all layers and
/// heads: cross_attention.svg.
void show_cross_attention(const SceneRequest&);

/// Greedy decoding step by step: what was written, and how likely the next tokens are.
void show_greedy(const SceneRequest&);

/// What becomes of decoding that starts with another token than training did.
void show_start_token(const SceneRequest&);

/// That a step with kept keys and values gives what the whole prefix gives.
void show_cached_step(const SceneRequest&);

/// Changes one token of the target and prints which positions notice, with the causal mask and
/// without it.
void show_leak(const SceneRequest&);

}  // namespace transformer
