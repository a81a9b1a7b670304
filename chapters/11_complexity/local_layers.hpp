// Layers in which a word meets its neighbors only: the convolution, and attention that is
// restricted to a window.
#pragma once

#include <string>
#include <vector>

#include "src/autograd/parameter_store.hpp"
#include "src/autograd/tape.hpp"

namespace transformer {

/// Which rows a convolution reads for each row that it writes.
struct Taps {
  Index n = 3;             ///< How many: the width of the kernel, k in the paper.
  Index dilation = 1;      ///< The distance from one to the next (Kalchbrenner et al. 2016).
  bool is_causal = false;  ///< Whether the last of them is the row itself, else the middle one.

  /// Which tap reads the row itself.
  Index own() const { return is_causal ? n - 1 : (n - 1) / 2; }
  /// How far behind the row tap j reads; a negative number is before it.
  Index offset(Index j) const { return (j - own()) * dilation; }
  std::vector<Index> offsets() const;
};

/// Row i of y is b, and the sum over all taps j of row i + taps.offset(j) of x times block j of w.
/// Rows beyond the sentence count as zeros. x is (n_tokens, d_in), w (taps.n * d_in, d_out), one
/// block below the other, b (1, d_out), y (n_tokens, d_out). The offsets of the sentences must
/// outlive the step. Throws Error (internal) where shapes do not fit.
Variable convolution(Variable x, Variable w, Variable b, const Segments& sentences,
                     const Taps& taps);

/// A convolution with its weights.
class Convolution {
 public:
  Convolution(ParameterStore& store, const std::string& path, Index d_in, Index d_out,
              const Taps& taps);

  Variable operator()(Variable x, const Segments& sentences) const {
    return convolution(x, w_, b_, sentences, taps_);
  }

 private:
  Taps taps_;
  Variable w_, b_;
};

/// Scaled dot-product attention in which each word sees itself and `reach` words to each side, a
/// window of r = 2 reach + 1 words (section 4 of the paper). Nothing else is multiplied. q, k and v
/// are those of chapter 03's attention, of one length, and so is the result.
Variable restricted_attention(Variable q, Variable k, Variable v, const Segments& sentences,
                              Index reach, Index n_heads = 1);

}  // namespace transformer
