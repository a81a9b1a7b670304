// A page on which a reader steps through attention, number by number.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "src/tensor/tensor.hpp"

namespace transformer {

/// One attention: its queries, keys and values, all heads side by side, and the words they belong
/// to.
struct TracedAttention {
  std::string title;
  Index n_heads = 1;
  bool causal = false;
  std::vector<std::string> queries, keys;  ///< The words of the rows of q, and of k and v.
  Matrix q, k, v;  ///< (n_queries, n_heads * d_k), (n_keys, n_heads * d_k), (n_keys, n_heads * d_v)
};

/// Writes an HTML page that needs nothing but itself: scores, scaling, mask, weights and vectors of
/// each attention and head. Throws Error (internal) without an attention, and as `replace_file`
/// does.
void write_trace(const std::filesystem::path& path, const std::string& title,
                 std::span<const TracedAttention> attentions);

}  // namespace transformer
