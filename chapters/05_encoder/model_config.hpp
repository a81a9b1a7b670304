// The sizes of the paper's model.
#pragma once

#include "src/base/index.hpp"
#include "src/kernels/maps.hpp"

namespace transformer {

/// The sizes of a Transformer, named as in the paper's Table 3.
struct ModelConfig {
  Index d_model = 512;
  Index d_ff = 2048;
  Index n_heads = 8;
  Index n_layers = 6;       ///< N: of the encoder, and as many of the decoder.
  float p_drop = 0.1f;      ///< Dropout, section 5.4.
  Index n_positions = 256;  ///< The longest sentence, its end mark included ...
  Index most_tokens() const { return n_positions - 1; }  ///< ... and without.
  // What tells other architectures from the paper's, and is none of a user's choices.
  MapId activation = map_id<Relu>;  ///< Inside the feed-forward networks.
  float epsilon_norm = 1e-5f;       ///< Of layer normalisation, beside the variance.
};

/// The list of them (src/io/settings.hpp).
template <class Visit>
void each_setting(ModelConfig& model, Visit visit) {
  visit("d-model", model.d_model, 1, 65536, "Width of the model");
  visit("d-ff", model.d_ff, 1, 262144, "Width inside the feed-forward networks");
  visit("n-heads", model.n_heads, 1, 1024, "Heads; must divide d-model");
  visit("n-layers", model.n_layers, 1, 1000, "Layers of encoder and of decoder");
  visit("p-drop", model.p_drop, 0, 0.99, "Dropout probability");
  visit("n-positions", model.n_positions, 2, 65536,
        "Tokens of the longest sentence, its end mark included");
}

}  // namespace transformer
