#include "chapters/08_translation/program/partial_transformer.hpp"

#include "src/autograd/operations.hpp"

namespace transformer {

PartialTransformer::PartialTransformer(ParameterStore& store, const ModelConfig& config,
                                       Index n_vocabulary, const Parts& parts)
    : parts_(parts),
      embedding_(store, "embedding", n_vocabulary, config.d_model),
      positions_(config.n_positions, config.d_model) {
  const Index d_model = config.d_model, n_heads = config.n_heads;
  for (Index i = 0; i < config.n_layers; ++i) {
    const std::string path = "encoder.layer_" + std::to_string(i);
    encoder_.push_back({{store, path + ".self_attention", d_model, n_heads},
                        {store, path + ".norm_1", d_model},
                        {store, path + ".feed_forward", config},
                        {store, path + ".norm_2", d_model}});
  }
  for (Index i = 0; i < config.n_layers; ++i) {
    const std::string path = "decoder.layer_" + std::to_string(i);
    decoder_.push_back({{store, path + ".self_attention", d_model, n_heads},
                        {store, path + ".norm_1", d_model},
                        {store, path + ".cross_attention", d_model, n_heads},
                        {store, path + ".norm_2", d_model},
                        {store, path + ".feed_forward", config},
                        {store, path + ".norm_3", d_model}});
  }
}

//! [partial]
Variable PartialTransformer::embed(Tape& tape, const PackedSentences& sentences) const {
  const Variable x = embedding_(tape, sentences.tokens);
  return parts_.positions ? positions_(x, sentences.segments()) : x;
}

/// LayerNorm(x + Sublayer(x)), or what is left of it.
Variable PartialTransformer::around(Variable x, Variable sublayer, const LayerNorm& norm) const {
  const Variable sum = parts_.residual ? add(x, sublayer) : sublayer;
  return parts_.norm ? norm(sum) : sum;
}

Variable PartialTransformer::logits(Tape& tape, const PackedSentences& source,
                                    const PackedSentences& target_input) const {
  const Segments x_rows = source.segments(), y_rows = target_input.segments();
  Variable x = embed(tape, source);
  for (const EncoderPart& layer : encoder_) {
    x = around(x, layer.self_attention(x, x_rows, Mask::none), layer.norm_1);
    if (parts_.feed_forward) x = around(x, layer.feed_forward(x), layer.norm_2);
  }
  Variable y = embed(tape, target_input);
  for (const DecoderPart& layer : decoder_) {
    y = around(y, layer.self_attention(y, y_rows, Mask::causal), layer.norm_1);
    y = around(y, layer.cross_attention(y, y_rows, x, x_rows), layer.norm_2);
    if (parts_.feed_forward) y = around(y, layer.feed_forward(y), layer.norm_3);
  }
  return project_to_vocabulary(y, embedding_.table());
}
//! [partial]

}  // namespace transformer
