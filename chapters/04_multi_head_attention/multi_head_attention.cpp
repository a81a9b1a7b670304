#include "chapters/04_multi_head_attention/multi_head_attention.hpp"

#include <utility>

#include "src/autograd/operations.hpp"
#include "src/base/error.hpp"

namespace transformer {
namespace {

void require_heads(Index d_model, Index n_heads) {
  if (n_heads > 0 && d_model % n_heads == 0) return;
  fail(ExitCode::usage, "d_model {} is not a multiple of n_heads {}; choose others", d_model,
       n_heads);
}

}  // namespace

SelfAttention::SelfAttention(ParameterStore& store, std::string path, Index d_model, Index n_heads)
    : path_(std::move(path)), n_heads_(n_heads) {
  require_heads(d_model, n_heads);
  // Three matrices (d_model, d_model) side by side: each starts as it would alone.
  w_qkv_ = store.add(path_ + ".w_qkv", d_model, 3 * d_model, Initial::glorot(d_model, d_model));
  w_o_ = store.add(path_ + ".w_o", d_model, d_model, Initial::glorot(d_model, d_model));
}

Variable SelfAttention::project(Variable x) const { return linear(x, w_qkv_); }
Variable SelfAttention::merge(Variable heads) const { return linear(heads, w_o_); }

//! [self_attention]
Variable SelfAttention::operator()(Variable x, const Segments& sentences, Mask mask) const {
  const auto [q, k, v] = split_columns<3>(project(x));  // (n_tokens, d_model) each
  q.tape().observe(path_, "q", q);
  k.tape().observe(path_, "k", k);
  v.tape().observe(path_, "v", v);
  return merge(scaled_dot_product_attention(q, k, v, {sentences, sentences, mask}, n_heads_));
}
//! [self_attention]

CrossAttention::CrossAttention(ParameterStore& store, std::string path, Index d_model,
                               Index n_heads)
    : path_(std::move(path)), n_heads_(n_heads) {
  require_heads(d_model, n_heads);
  w_q_ = store.add(path_ + ".w_q", d_model, d_model, Initial::glorot(d_model, d_model));
  w_kv_ = store.add(path_ + ".w_kv", d_model, 2 * d_model, Initial::glorot(d_model, d_model));
  w_o_ = store.add(path_ + ".w_o", d_model, d_model, Initial::glorot(d_model, d_model));
}

Variable CrossAttention::project_queries(Variable x) const { return linear(x, w_q_); }
Variable CrossAttention::project_memory(Variable memory) const { return linear(memory, w_kv_); }
Variable CrossAttention::merge(Variable heads) const { return linear(heads, w_o_); }

//! [cross_attention]
Variable CrossAttention::operator()(Variable x, const Segments& sentences, Variable memory,
                                    const Segments& memory_sentences) const {
  const Variable q = project_queries(x);                         // (n_queries, d_model)
  const auto [k, v] = split_columns<2>(project_memory(memory));  // (n_keys, d_model) each
  q.tape().observe(path_, "q", q);
  k.tape().observe(path_, "k", k);
  v.tape().observe(path_, "v", v);
  const AttentionPattern pattern{sentences, memory_sentences, Mask::none};
  return merge(scaled_dot_product_attention(q, k, v, pattern, n_heads_));
}
//! [cross_attention]

}  // namespace transformer
