// A page on which a reader steps through attention, number by number.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// What stands around a sub-layer: what went in, what it made of it, and the normalized sum of the
/// two, each (n_queries, d_model).
struct TracedNorm {
  Matrix x, sublayer, y;
};

/// One attention: its queries, keys and values, all heads side by side, and the words they belong
/// to.
struct TracedAttention {
  std::string title;
  Index n_heads = 1;
  bool causal = false, cross = false;
  std::vector<std::string> queries, keys;  ///< The words of the rows of q, and of k and v.
  Matrix q = {}, k = {},
         v = {};  ///< (n_queries, n_heads * d_k), (n_keys, n_heads * d_k), (n_keys, n_heads * d_v)
  /// In a model: around the attention, and around the feed-forward network if that comes next.
  std::vector<TracedNorm> norms = {};
};

/// A token that may come next, and how probable it is.
struct TracedCandidate {
  std::string token;
  float probability;
};

/// What a page shows: attentions, at least one; of a translator also the sentence and its
/// translation, and for each place in the translation the most probable tokens.
struct Trace {
  std::string title;
  std::vector<TracedAttention> attentions;
  std::string translation = {};
  std::vector<std::vector<TracedCandidate>> next = {};
};

/// Writes an HTML page that needs nothing but itself: from what goes into each layer over products,
/// scores, mask, weights and vector of each head to the tokens that may come next. A path that ends
/// in .json gets the numbers alone. Throws Error (internal) without an attention or where a number
/// is not finite, and as `replace_file` does.
void write_trace(const std::filesystem::path& path, const Trace& trace);

}  // namespace transformer
