// What the chapter's program shows of whole models: sizes.cpp, gradients in depth.cpp, and one that
// learns in sorting.cpp.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// Draws a layer of the paper's base model with the shape of everything in it: figure
/// encoder_layer.
void draw_encoder_layer(const SceneRequest&);

/// How large the gradient is in each layer of a deep stack before any training, with the norm after
/// each sub-layer as in the paper and with the norm before it; figure gradients_by_layer.
void show_gradients_by_layer(const SceneRequest&);

/// A deep stack with and without residual connections and norms: its gradients, the size of its
/// numbers, and how much alike its words become.
void show_with_and_without(const SceneRequest&);

/// The gradient of the last layer of ever deeper stacks; figure gradients_by_depth.
void show_gradients_by_depth(const SceneRequest&);

/// How many parameters the paper's two models have, part by part.
void show_parameter_counts(const SceneRequest&);

/// What deep stacks with the norm after and before have learned after steps of two lengths.
void show_large_steps(const SceneRequest&);

/// An encoder that learns to sort digits.
void show_sorting(const SceneRequest&);

}  // namespace transformer
