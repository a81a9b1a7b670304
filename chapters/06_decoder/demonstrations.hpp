// What the chapter's program shows with a small trained model.
#pragma once

#include <filesystem>

#include "chapters/06_decoder/reverser.hpp"

namespace transformer {

/// Draws a layer of the paper's base model and what stands below and above the stack, with the
/// shape of everything: decoder_layer.svg.
void draw_decoder_layer(const std::filesystem::path& figures);

/// Prints where every position of the target looks in the source, and draws it for all layers and
/// heads: cross_attention.svg.
void show_cross_attention(const Reverser& reverser, const std::filesystem::path& figures);

/// Prints greedy decoding step by step: what was written, and how likely the next tokens are.
void show_greedy(const Reverser& reverser);

/// Prints what becomes of decoding that starts with another token than training did.
void show_start_token(const Reverser& reverser);

/// Prints that a step with kept keys and values gives what the whole prefix gives.
void show_cached_step(const Reverser& reverser);

/// Changes one token of the target and prints which positions notice, with the causal mask and
/// without it.
void show_leak(const Reverser& reverser);

}  // namespace transformer
