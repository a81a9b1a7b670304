// The Transformer's formulas as the paper writes them, on plain matrices and with plain loops, in
// any precision: what the fast pieces are checked against.
#pragma once

#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "src/autograd/parameter_store.hpp"
#include "src/base/error.hpp"
#include "src/book/formulas.hpp"
#include "src/data/packed_sentences.hpp"
#include "src/kernels/kernels.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer::formula {

template <class T>
MatrixOf<T> product(const MatrixOf<T>& a, const MatrixOf<T>& b) {
  MatrixOf<T> c = zeros<T>(a.shape(0), b.shape(1));
  for (size_t i = 0; i < a.shape(0); ++i) {
    for (size_t l = 0; l < a.shape(1); ++l) {
      for (size_t j = 0; j < b.shape(1); ++j) c(i, j) += a(i, l) * b(l, j);
    }
  }
  return c;
}

template <class T>
MatrixOf<T> transpose(const MatrixOf<T>& a) {
  return xt::transpose(a);
}

/// Columns [begin, end).
template <class T>
MatrixOf<T> columns(const MatrixOf<T>& x, Index begin, Index end) {
  return xt::view(x, xt::all(), xt::range(begin, end));
}

/// Rows [begin, end).
template <class T>
MatrixOf<T> rows(const MatrixOf<T>& x, Index begin, Index end) {
  return xt::view(x, xt::range(begin, end), xt::all());
}

/// The parameters of a model by path, in whatever precision: matrix i is the store's parameter i.
template <class T>
class Weights {
 public:
  Weights(const ParameterStore& store, const std::vector<MatrixOf<T>>& matrices)
      : store_(store), matrices_(matrices) {}

  const MatrixOf<T>& operator()(const std::string& path) const {
    const std::vector<Parameter>& parameters = store_.parameters();
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].path == path) return matrices_[i];
    }
    fail(ExitCode::internal, "no parameter has the path {}", path);
  }

 private:
  const ParameterStore& store_;
  const std::vector<MatrixOf<T>>& matrices_;
};

/// Dropout at one place in the program after the other: each has a key of its own.
class DropoutSites {
 public:
  DropoutSites(float p, RandomKey first) : p_(p), key_(first) {}

  template <class T>
  MatrixOf<T> next(const MatrixOf<T>& x) {
    const MatrixOf<T> y = formula::dropout(x, static_cast<T>(p_), key_);
    ++key_.site;
    return y;
  }

 private:
  float p_;
  RandomKey key_;
};

// ---- Section 3.2: attention --------------------------------------------------------------------

//! [attention]
/// softmax(q k^T / sqrt(d_k)) v, of one sentence and head: attention_forward of chapter 03.
template <class T>
MatrixOf<T> attention(const MatrixOf<T>& q, const MatrixOf<T>& k, const MatrixOf<T>& v, Mask mask) {
  const MatrixOf<T> scores = product(q, transpose(k)) / std::sqrt(static_cast<T>(k.shape(1)));
  return product(softmax(scores, mask), v);
}

/// Attention of each sentence and head by itself, put together again.
template <class T>
MatrixOf<T> packed_attention(const MatrixOf<T>& q, const MatrixOf<T>& k, const MatrixOf<T>& v,
                             const Segments& queries, const Segments& keys, Mask mask,
                             Index n_heads) {
  const Index d_k = static_cast<Index>(k.shape(1)) / n_heads;
  const Index d_v = static_cast<Index>(v.shape(1)) / n_heads;
  MatrixOf<T> out = zeros<T>(q.shape(0), v.shape(1));
  for (Index s = 0; s < queries.count(); ++s) {
    for (Index h = 0; h < n_heads; ++h) {
      const auto head_of = [&](const MatrixOf<T>& x, const Segments& sentences, Index d) {
        return columns(rows(x, sentences.begin(s), sentences.end(s)), h * d, (h + 1) * d);
      };
      xt::view(out, xt::range(queries.begin(s), queries.end(s)),
               xt::range(h * d_v, (h + 1) * d_v)) =
          attention(head_of(q, queries, d_k), head_of(k, keys, d_k), head_of(v, keys, d_v), mask);
    }
  }
  return out;
}
//! [attention]

//! [self_attention]
template <class T>
MatrixOf<T> self_attention(const Weights<T>& weights, const std::string& path, const MatrixOf<T>& x,
                           const Segments& sentences, Mask mask, Index n_heads) {
  const MatrixOf<T> qkv = product(x, weights(path + ".w_qkv"));
  const Index d = static_cast<Index>(x.shape(1));
  const MatrixOf<T> heads =
      packed_attention(columns(qkv, 0, d), columns(qkv, d, 2 * d), columns(qkv, 2 * d, 3 * d),
                       sentences, sentences, mask, n_heads);
  return product(heads, weights(path + ".w_o"));
}
//! [self_attention]

template <class T>
MatrixOf<T> cross_attention(const Weights<T>& weights, const std::string& path,
                            const MatrixOf<T>& x, const Segments& sentences,
                            const MatrixOf<T>& memory, const Segments& memory_sentences,
                            Index n_heads) {
  const MatrixOf<T> kv = product(memory, weights(path + ".w_kv"));
  const Index d = static_cast<Index>(x.shape(1));
  const MatrixOf<T> heads =
      packed_attention(product(x, weights(path + ".w_q")), columns(kv, 0, d), columns(kv, d, 2 * d),
                       sentences, memory_sentences, Mask::none, n_heads);
  return product(heads, weights(path + ".w_o"));
}

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
