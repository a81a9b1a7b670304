// The Transformer's formulas as the paper writes them, on plain matrices and with plain loops, in
// any precision: what the fast pieces are checked against.
#pragma once

#include <cmath>
#include <span>
#include <string>

#include "src/book/attention_formulas.hpp"
#include "src/data/packed_sentences.hpp"

namespace transformer::formula {

// ---- Sections 3.1 and 3.3: layers --------------------------------------------------------------

template <class T>
MatrixOf<T> residual_norm(const Weights<T>& weights, const std::string& path, const MatrixOf<T>& x,
                          const MatrixOf<T>& sublayer, DropoutSites& dropout) {
  const MatrixOf<T> sum = x + dropout.next(sublayer);
  const VectorOf<T> gain = xt::row(weights(path + ".gain"), 0);
  const VectorOf<T> bias = xt::row(weights(path + ".bias"), 0);
  return layer_norm(sum, gain, bias, T{1} / 100000);
}

template <class T>
MatrixOf<T> feed_forward(const Weights<T>& weights, const std::string& path, const MatrixOf<T>& x) {
  const MatrixOf<T> hidden =
      xt::maximum(T{0}, product(x, weights(path + ".w_1")) + weights(path + ".b_1"));
  return product(hidden, weights(path + ".w_2")) + weights(path + ".b_2");
}

template <class T>
MatrixOf<T> encoder_layer(const Weights<T>& weights, const std::string& path, MatrixOf<T> x,
                          const Segments& sentences, Index n_heads, DropoutSites& dropout) {
  x = residual_norm(
      weights, path + ".norm_1", x,
      self_attention(weights, path + ".self_attention", x, sentences, Mask::none, n_heads),
      dropout);
  x = residual_norm(weights, path + ".norm_2", x, feed_forward(weights, path + ".feed_forward", x),
                    dropout);
  return x;
}

template <class T>
MatrixOf<T> decoder_layer(const Weights<T>& weights, const std::string& path, MatrixOf<T> y,
                          const Segments& sentences, const MatrixOf<T>& memory,
                          const Segments& memory_sentences, Index n_heads, DropoutSites& dropout) {
  y = residual_norm(
      weights, path + ".norm_1", y,
      self_attention(weights, path + ".self_attention", y, sentences, Mask::causal, n_heads),
      dropout);
  y = residual_norm(weights, path + ".norm_2", y,
                    cross_attention(weights, path + ".cross_attention", y, sentences, memory,
                                    memory_sentences, n_heads),
                    dropout);
  y = residual_norm(weights, path + ".norm_3", y, feed_forward(weights, path + ".feed_forward", y),
                    dropout);
  return y;
}

// ---- Sections 3.4, 3.5 and 5.4: the whole model ------------------------------------------------

/// PE(p, column).
template <class T>
T position_code(size_t p, size_t column, size_t d_model) {
  const T exponent = static_cast<T>(column - column % 2) / static_cast<T>(d_model);
  const T angle = static_cast<T>(p) / std::pow(T{10000}, exponent);
  return column % 2 == 0 ? std::sin(angle) : std::cos(angle);
}

template <class T>
MatrixOf<T> embed(const Weights<T>& weights, const PackedSentences& sentences,
                  DropoutSites& dropout) {
  const MatrixOf<T>& table = weights("embedding");
  const size_t d_model = table.shape(1);
  MatrixOf<T> x = zeros<T>(sentences.n_tokens(), static_cast<Index>(d_model));
  size_t row = 0;
  for (Index s = 0; s < sentences.n_sentences(); ++s) {
    size_t position = 0;
    for (const TokenId token : sentences.sentence(s)) {
      for (size_t j = 0; j < d_model; ++j) {
        x(row, j) = table(token, j) * std::sqrt(static_cast<T>(d_model)) +
                    position_code<T>(position, j, d_model);
      }
      ++row, ++position;
    }
  }
  return dropout.next(x);
}

/// What a Transformer of `n_layers` layers and `n_heads` heads makes of a batch: the decoder's
/// output, (n_target_tokens, d_model).
template <class T>
MatrixOf<T> transformer(const Weights<T>& weights, Index n_layers, Index n_heads,
                        const PackedSentences& source, const PackedSentences& target,
                        DropoutSites dropout) {
  MatrixOf<T> memory = embed(weights, source, dropout);
  for (Index i = 0; i < n_layers; ++i) {
    memory = encoder_layer(weights, "encoder.layer_" + std::to_string(i), memory, source.segments(),
                           n_heads, dropout);
  }
  MatrixOf<T> y = embed(weights, target, dropout);
  for (Index i = 0; i < n_layers; ++i) {
    y = decoder_layer(weights, "decoder.layer_" + std::to_string(i), y, target.segments(), memory,
                      source.segments(), n_heads, dropout);
  }
  return y;
}

/// The mean over the rows, of which there is one for each target.
template <class T>
T mean_cross_entropy(const MatrixOf<T>& logits, std::span<const TokenId> targets,
                     float epsilon_ls) {
  return xt::mean(cross_entropy_smoothed(logits, targets, static_cast<T>(epsilon_ls)))();
}

}  // namespace transformer::formula
