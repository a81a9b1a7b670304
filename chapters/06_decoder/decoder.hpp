// The decoder (section 3.1): like the encoder, but no position may look at a later one, and between
// self-attention and the feed-forward network each layer looks at the encoder's output.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "chapters/05_encoder/encoder.hpp"

namespace transformer {

/// What one layer keeps while a translation grows token by token, so that no key and no value is
/// computed twice.
struct LayerCache {
  MatrixView self;         ///< (most rows * n_positions, 2 d_model): keys | values so far.
  ConstMatrixView memory;  ///< (n_memory_tokens, 2 d_model): keys | values of the source.
};

/// Where the growing translations stand. Row r of a step is the newest token of translation r.
struct DecodingPlace {
  Index position = 0;             ///< Of the newest token, the same in every row; counts from 0.
  Index n_positions = 0;          ///< Room for so many tokens in each place of LayerCache::self.
  std::span<const Index> places;  ///< Where the keys and values of each row are kept there.
  Segments rows;  ///< Which rows translate source sentence s; none if it is finished.
  Segments memory_sentences;
};

class DecoderLayer {
 public:
  DecoderLayer(ParameterStore& store, const std::string& path, const ModelConfig& config);

  /// All positions at once (training): y is (n_target_tokens, d_model).
  Variable operator()(Variable y, const Segments& sentences, Variable memory,
                      const Segments& memory_sentences) const;

  /// One position of each translation: y is (n_rows, d_model). Appends to the cache.
  Variable step(Variable y, const DecodingPlace& place, const LayerCache& cache) const;

  /// The memory's keys and values for LayerCache::memory.
  Variable project_memory(Variable memory) const { return cross_attention_.project_memory(memory); }

 private:
  SelfAttention self_attention_;
  ResidualNorm norm_1_;
  CrossAttention cross_attention_;
  ResidualNorm norm_2_;
  FeedForward feed_forward_;
  ResidualNorm norm_3_;
};

/// n_layers decoder layers.
class Decoder {
 public:
  Decoder(ParameterStore& store, const std::string& path, const ModelConfig& config);

  Variable operator()(Variable y, const Segments& sentences, Variable memory,
                      const Segments& memory_sentences) const;

  const std::vector<DecoderLayer>& layers() const { return layers_; }

 private:
  std::vector<DecoderLayer> layers_;
};

}  // namespace transformer
