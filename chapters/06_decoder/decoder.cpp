#include "chapters/06_decoder/decoder.hpp"

#include <algorithm>

#include "src/autograd/operations.hpp"

namespace transformer {
namespace {

/// Attention of one query a row, (n_rows, d_model), where row r attends to `keys_and_values_of(r)`,
/// the keys and values side by side, (n_keys, 2 d_model), at most most_keys of them.
template <class Function>
Variable attend_row_by_row(Variable q, Index n_heads, Index most_keys,
                           Function keys_and_values_of) {
  const auto forward = [&, all_q = q.value()](const ForwardPass& pass) {
    const Index d_model = all_q.n_columns;
    const MatrixView scratch =
        pass.tape.scratch({pass.threads.count(), round_up(n_heads * most_keys, Arena::alignment)});
    pass.threads.parallel_for(all_q.n_rows, [&](Index r, int worker) {
      const ConstMatrixView kv = keys_and_values_of(r);
      const MatrixView weights(scratch.row(worker), n_heads, kv.n_rows);
      attend(all_q.rows(r, r + 1), kv.columns(0, d_model), kv.columns(d_model, 2 * d_model),
             weights, pass.y.rows(r, r + 1));
    });
  };
  return operation("attend_row_by_row", {q}, q.shape(), forward, inference_only);
}

/// Which of the sentences row r belongs to.
Index sentence_of(const Segments& rows, Index r) {
  return std::upper_bound(rows.offsets.begin(), rows.offsets.end(), r) - rows.offsets.begin() - 1;
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

  // Look at the source sentence: at all of its words.
  const Segments& sources = place.memory_sentences;
  const auto source_of = [&](Index r) {
    const Index s = sentence_of(place.rows, r);
    return cache.memory.rows(sources.begin(s), sources.end(s));
  };
  const Variable queries = cross_attention_.project_queries(y);
  const Variable found =
      attend_row_by_row(queries, cross_attention_.n_heads(), sources.longest(), source_of);
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
