// Several attentions side by side (section 3.2.2):
//   MultiHead(Q, K, V) = Concat(head_1, ..., head_h) W^O,  head_i = Attention(Q W_i^Q, K W_i^K, V
//   W_i^V).
#pragma once

#include <string>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "src/autograd/parameter_store.hpp"

namespace transformer {

/// Attention of a sequence to itself: queries, keys and values are projections of the same x.
class SelfAttention {
 public:
  /// d_model must be a multiple of n_heads; d_k = d_v = d_model / n_heads.
  SelfAttention(ParameterStore& store, std::string path, Index d_model, Index n_heads);

  /// x is (n_tokens, d_model), and so is the result.
  Variable operator()(Variable x, const Segments& sentences, Mask mask) const;

  /// The queries, keys and values side by side, (n_tokens, 3 d_model): for decoding token by token.
  Variable project(Variable x) const;
  /// The last step: the concatenated heads times W^O.
  Variable merge(Variable heads) const;

  Index n_heads() const { return n_heads_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  Index n_heads_;
  Variable w_qkv_;  // (d_model, 3 d_model): W^Q | W^K | W^V, in each the heads side by side
  Variable w_o_;    // (d_model, d_model)
};

/// Attention of one sequence (the queries) to another (the memory: keys and values).
class CrossAttention {
 public:
  CrossAttention(ParameterStore& store, std::string path, Index d_model, Index n_heads);

  /// x is (n_queries, d_model), memory (n_keys, d_model), the result (n_queries, d_model).
  Variable operator()(Variable x, const Segments& sentences, Variable memory,
                      const Segments& memory_sentences) const;

  /// The queries of x, (n_queries, d_model).
  Variable project_queries(Variable x) const;
  /// The keys and values of the memory side by side, (n_keys, 2 d_model).
  Variable project_memory(Variable memory) const;
  Variable merge(Variable heads) const;

  Index n_heads() const { return n_heads_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  Index n_heads_;
  Variable w_q_;   // (d_model, d_model)
  Variable w_kv_;  // (d_model, 2 d_model): W^K | W^V
  Variable w_o_;   // (d_model, d_model)
};

}  // namespace transformer
