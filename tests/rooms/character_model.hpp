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

/// Layer normalisation with its own gain and bias: (n, d_model) to the same.
struct Norm {
  Norm(ParameterStore& store, const std::string& path, Index d_model)
      : gain(store.add(path + ".gain", 1, d_model, Initial::ones())),
        bias(store.add(path + ".bias", 1, d_model, Initial::zeros())) {}
  Variable operator()(Variable x) const { return layer_norm(x, gain, bias); }

  Variable gain, bias;  // (1, d_model)
};

/// y = x + Attention(Norm(x)), where nobody sees a later character, and y + W_2 GELU(W_1 Norm(y)).
struct CharacterLayer {
  CharacterLayer(ParameterStore& store, const std::string& path, const ModelConfig& c)
      : self_attention(store, path + ".self_attention", c.d_model, c.n_heads),
        norm_1(store, path + ".norm_1", c.d_model),
        norm_2(store, path + ".norm_2", c.d_model),
        w_1(store.add(path + ".w_1", c.d_model, c.d_ff, Initial::glorot(c.d_model, c.d_ff))),
        b_1(store.add(path + ".b_1", 1, c.d_ff, Initial::zeros())),
        w_2(store.add(path + ".w_2", c.d_ff, c.d_model, Initial::glorot(c.d_ff, c.d_model))),
        b_2(store.add(path + ".b_2", 1, c.d_model, Initial::zeros())),
        p_drop(c.p_drop) {}

  Variable operator()(Variable x, const Segments& texts) const {
    x = add(x, dropout(self_attention(norm_1(x), texts, Mask::causal), p_drop));
    const Variable hidden = map<Gelu>(linear(norm_2(x), w_1, b_1));  // (n_tokens, d_ff)
    return add(x, dropout(linear(hidden, w_2, b_2), p_drop));        // (n_tokens, d_model)
  }

  SelfAttention self_attention;
  Norm norm_1, norm_2;
  Variable w_1, b_1, w_2, b_2;
  float p_drop;
};

/// Embeddings with learned positions, the layers, a last norm, and the embeddings' table once more.
struct CharacterModel {
  CharacterModel(ParameterStore& store, const ModelConfig& c, Index n_vocabulary)
      : embedding(store, "embedding", n_vocabulary, c.d_model),
        positions(store.add("positions", c.n_positions, c.d_model, Initial::uniform(1.0))),
        norm(store, "norm", c.d_model) {
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
    for (const CharacterLayer& layer : layers) x = layer(x, texts.segments());
    return project_to_vocabulary(norm(x), embedding.table());
  }

  Embedding embedding;
  Variable positions;  // (n_positions, d_model)
  std::vector<CharacterLayer> layers;
  Norm norm;
};

}  // namespace transformer
