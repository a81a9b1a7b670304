// Attention in double precision, and what the formulas of a model with parameters share.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "src/autograd/parameter_store.hpp"
#include "src/base/error.hpp"
#include "src/book/formulas.hpp"
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

/// softmax(q k^T / sqrt(d_k)) v, of one sentence and head: attention_forward of chapter 03.
template <class T>
MatrixOf<T> attention(const MatrixOf<T>& q, const MatrixOf<T>& k, const MatrixOf<T>& v, Mask mask) {
  const MatrixOf<T> scores = product(q, transpose(k)) / std::sqrt(static_cast<T>(k.shape(1)));
  return product(softmax(scores, mask), v);
}

//! [packed]
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
//! [packed]

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

}  // namespace transformer::formula
