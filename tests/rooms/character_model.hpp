// A language model of characters: the decoder alone, with no memory to look at, as GPT-2 has it
// (Radford et al. 2019): each norm before its sub-layer, learned positions, GELU.
#pragma once

#include <numeric>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/05_encoder/pre_norm.hpp"
#include "chapters/06_decoder/transformer.hpp"
#include "src/autograd/operations.hpp"
#include "src/base/error.hpp"

namespace transformer {

/// Embeddings with learned positions, the layers, a last norm, and the embeddings' table once more.
struct CharacterModel {
  CharacterModel(ParameterStore& store, ModelConfig c, Index n_vocabulary)
      : embedding(store, "embedding", n_vocabulary, c.d_model),
        positions(store.add("positions", c.n_positions, c.d_model, Initial::uniform(1.0))),
        norm(store, "norm", c.d_model, c.epsilon_norm) {
    c.activation = map_id<Gelu>;
    for (Index i = 0; i < c.n_layers; ++i) {
      layers.emplace_back(store, "layer_" + std::to_string(i), c);
    }
  }

  /// The logits of the next character at every position, (n_tokens, n_vocabulary).
  Variable operator()(Tape& tape, const PackedSentences& texts) const {
    const std::span<TokenId> places = tape.arena().allocate<TokenId>(texts.n_tokens());
    for (Index s = 0; s < texts.n_sentences(); ++s) {
      const Index n = texts.segments().length(s), n_most = positions.n_rows();
      if (n > n_most) fail(ExitCode::bad_data, "{} characters at once; {} are the most", n, n_most);
      std::iota(places.begin() + texts.offsets[s], places.begin() + texts.offsets[s + 1], 0);
    }
    Variable x = add(embedding(tape, texts.tokens), rows(tape.use(positions), places));
    // Nobody sees a later character.
    for (const PreNormLayer& layer : layers) x = layer(x, texts.segments(), Mask::causal);
    return project_to_vocabulary(norm(x), embedding.table());
  }

  Embedding embedding;
  Variable positions;  // (n_positions, d_model)
  std::vector<PreNormLayer> layers;
  LayerNorm norm;
};

}  // namespace transformer
