// What the chapter's program measures on whole stacks.
#pragma once

#include <filesystem>

namespace transformer {

/// Draws a layer of the paper's base model with the shape of everything in it: encoder_layer.svg.
void draw_encoder_layer(const std::filesystem::path& figures);

/// Prints how large the gradient is in each layer of a deep stack before any training, with the
/// norm after each sub-layer as in the paper and with the norm before it, and draws it:
/// gradients_by_layer.svg.
void show_gradients_by_layer(const std::filesystem::path& figures);

/// Prints the same for the last layer of ever deeper stacks, and draws it: gradients_by_depth.svg.
void show_gradients_by_depth(const std::filesystem::path& figures);

/// Prints how many parameters the paper's two models have, part by part.
void show_parameter_counts();

}  // namespace transformer
