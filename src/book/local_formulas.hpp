// Layers in which a word meets its neighbors only (chapter 11), in double precision and with plain
// loops.
#pragma once

#include <algorithm>
#include <vector>

#include "src/book/attention_formulas.hpp"

namespace transformer::formula {

//! [convolution]
/// Row i is b plus the sum over j of row i + offsets[j] of x times block j of w; rows beyond the
/// sentence count as zeros.
template <class T>
MatrixOf<T> convolution(const MatrixOf<T>& x, const MatrixOf<T>& w, const MatrixOf<T>& b,
                        const Segments& sentences, const std::vector<Index>& offsets) {
  const Index d_in = static_cast<Index>(x.shape(1));
  MatrixOf<T> y = zeros<T>(x.shape(0), w.shape(1));
  for (Index s = 0; s < sentences.count(); ++s) {
    for (Index i = sentences.begin(s); i < sentences.end(s); ++i) {
      MatrixOf<T> sum = b;
      for (Index j = 0; j < std::ssize(offsets); ++j) {
        const Index from = i + offsets[static_cast<size_t>(j)];
        if (from < sentences.begin(s) || from >= sentences.end(s)) continue;
        sum += product(rows(x, from, from + 1), rows(w, j * d_in, (j + 1) * d_in));
      }
      xt::view(y, xt::range(i, i + 1), xt::all()) = sum;
    }
  }
  return y;
}
//! [convolution]

/// Attention of each word to those of its sentence that are at most `reach` away, head by head.
template <class T>
MatrixOf<T> restricted_attention(const MatrixOf<T>& q, const MatrixOf<T>& k, const MatrixOf<T>& v,
                                 const Segments& sentences, Index reach, Index n_heads) {
  MatrixOf<T> y = zeros<T>(q.shape(0), v.shape(1));
  for (Index s = 0; s < sentences.count(); ++s) {
    for (Index i = sentences.begin(s); i < sentences.end(s); ++i) {
      const Index first = std::max(sentences.begin(s), i - reach),
                  end = std::min(sentences.end(s), i + reach + 1);
      const std::vector<Index> query = {0, 1}, keys = {0, end - first};
      xt::view(y, xt::range(i, i + 1), xt::all()) =
          packed_attention(rows(q, i, i + 1), rows(k, first, end), rows(v, first, end), {query},
                           {keys}, Mask::none, n_heads);
    }
  }
  return y;
}

}  // namespace transformer::formula
