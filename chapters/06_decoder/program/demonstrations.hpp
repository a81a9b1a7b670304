// What the chapter's program shows with a small trained model: cross_attention.cpp, decoding.cpp
// and leak.cpp; and one that learns in learning.cpp.
#pragma once

#include "chapters/06_decoder/greedy.hpp"
#include "chapters/06_decoder/program/reverser.hpp"
#include "src/book/scenes.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// Draws a layer of the paper's base model and what stands below and above the stack, with the
/// shape of everything: decoder_layer.svg.
void draw_decoder_layer(const SceneRequest&);

/// The weights of one head.
struct HeadWeights {
  std::string title;
  Matrix weights;  ///< (n_target_tokens, n_source_tokens)
};

/// Those of every head of every cross-attention, layer by layer.
std::vector<HeadWeights> cross_attention_weights(const Transformer& model,
                                                 const TranslationBatch& batch);

/// Jackal and 100 random words of three to six letters.
struct RandomWords {
  RandomWords();
  /// How many of the 100 were written backwards without a mistake.
  Index n_right(const std::vector<Translation>& written) const;

  PackedSentences source;
  std::vector<std::vector<TokenId>> expected;  ///< Of the random words.
};

/// How many of them come out right when one head of cross-attention says nothing.
void show_silenced(const SceneRequest&);

/// Where every position of the target looks in the source, and draws it for all layers and
/// heads: cross_attention.svg.
void show_cross_attention(const SceneRequest&);

/// A small Transformer that learns to write digits backwards, and what it writes meanwhile; figure
/// learning.
void show_learning(const SceneRequest&);

/// The same learner, but it reads what it has to predict.
void show_unshifted(const SceneRequest&);

/// Greedy decoding step by step: what was written, and how likely the next tokens are; figure
/// greedy.
void show_greedy(const SceneRequest&);

/// What becomes of decoding that starts with another token than training did.
void show_start_token(const SceneRequest&);

/// That a step with kept keys and values gives what the whole prefix gives.
void show_cached_step(const SceneRequest&);

/// Changes one token of the target and prints which positions notice, with the causal mask and
/// without it.
void show_leak(const SceneRequest&);

}  // namespace transformer
