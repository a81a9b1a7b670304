#include "chapters/06_decoder/decoder.hpp"

#include "src/autograd/operations.hpp"

namespace transformer {
namespace {

/// Attention of one query a row, (n_rows, d_model), where row r attends to `keys_and_values_of(r)`,
/// the keys and values side by side, (n_keys, 2 d_model).
template <class Function>
Variable attend_row_by_row(Variable q, Index n_heads, Index n_keys, Function keys_and_values_of) {
  const Index d_model = q.n_columns(), d_k = d_model / n_heads;
  const auto forward = [&, all_q = q.value()](const ForwardPass& pass) {
    const Index scratch_size = round_up(n_keys, Arena::alignment);
    const MatrixView scratch = pass.tape.scratch({pass.threads.count(), scratch_size});
    const ScoreRule everything(Mask::none);
    pass.threads.parallel_for(all_q.n_rows, [&](Index r, int worker) {
      const ConstMatrixView kv = keys_and_values_of(r);
      const MatrixView weights(scratch.row(worker), 1, n_keys);
      for (Index h = 0; h < n_heads; ++h) {
        const Index begin = h * d_k, end = begin + d_k;
        attention_forward(all_q.rows(r, r + 1).columns(begin, end), kv.columns(begin, end),
                          kv.columns(d_model + begin, d_model + end), everything, weights,
                          pass.y.rows(r, r + 1).columns(begin, end));
      }
    });
  };
  return operation("attend_row_by_row", {q}, q.shape(), forward, inference_only);
}

}  // namespace

DecoderLayer::DecoderLayer(ParameterStore& store, const std::string& path,
                           const ModelConfig& config)
    : self_attention_(store, path + ".self_attention", config.d_model, config.n_heads),
      norm_1_(store, path + ".norm_1", config),
      cross_attention_(store, path + ".cross_attention", config.d_model, config.n_heads),
      norm_2_(store, path + ".norm_2", config),
      feed_forward_(store, path + ".feed_forward", config),
      norm_3_(store, path + ".norm_3", config) {}

//! [decoder_layer]
Variable DecoderLayer::operator()(Variable y, const Segments& sentences, Variable memory,
                                  const Segments& memory_sentences) const {
  y = norm_1_(y, self_attention_(y, sentences, Mask::causal));
  y = norm_2_(y, cross_attention_(y, sentences, memory, memory_sentences));
  y = norm_3_(y, feed_forward_(y));
  return y;  // (n_target_tokens, d_model)
}
//! [decoder_layer]

//! [step]
Variable DecoderLayer::step(Variable y, const DecodingPlace& place, const LayerCache& cache) const {
  // Append the new token's key and value to its row's place in the cache.
  const Index d_model = y.n_columns();
  const Variable qkv = self_attention_.project(y);  // (n_rows, 3 d_model)
  const auto own_cache = [&](Index r) {
    const Index first = place.places[static_cast<size_t>(r)] * place.n_positions;
    return cache.self.rows(first, first + place.position + 1);
  };
  for (Index r = 0; r < y.n_rows(); ++r) {
    copy_to(qkv.value().rows(r, r + 1).columns(d_model, 3 * d_model),
            own_cache(r).rows(place.position, place.position + 1));
  }
  // No mask is needed: the cache holds nothing that comes later.
  const Variable q = split_columns<3>(qkv)[0];
  const Variable heads = attend_row_by_row(q, self_attention_.n_heads(), place.position + 1,
                                           [&](Index r) { return own_cache(r); });
  y = norm_1_(y, self_attention_.merge(heads));

  // Look at the source sentence: all of its rows at once.
  const auto [k, v] = split_columns<2>(y.tape().input(cache.memory));
  const Variable found = scaled_dot_product_attention(
      cross_attention_.project_queries(y), k, v, {place.rows, place.memory_sentences, Mask::none},
      cross_attention_.n_heads());
  y = norm_2_(y, cross_attention_.merge(found));
  y = norm_3_(y, feed_forward_(y));
  return y;  // (n_rows, d_model)
}
//! [step]

Decoder::Decoder(ParameterStore& store, const std::string& path, const ModelConfig& config) {
  for (Index i = 0; i < config.n_layers; ++i) {
    layers_.emplace_back(store, path + ".layer_" + std::to_string(i), config);
  }
}

Variable Decoder::operator()(Variable y, const Segments& sentences, Variable memory,
                             const Segments& memory_sentences) const {
  for (const DecoderLayer& layer : layers_) y = layer(y, sentences, memory, memory_sentences);
  return y;  // (n_target_tokens, d_model)
}

}  // namespace transformer
