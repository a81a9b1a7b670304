// The numeric kernels, as the rest of the program calls them. Each is a pure function on views; the
// forward stands beside its backward. Which instruction set does the work is chosen at run time
// (instruction_set.hpp). All are deterministic: the same bits for any number of threads.
// A result goes `Into` a place: it replaces what is there, is added to it, or is not wanted. Each
// kernel throws Error (internal) with both shapes where two do not fit.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "src/base/index.hpp"
#include "src/base/philox.hpp"
#include "src/kernels/maps.hpp"
#include "src/system/threads.hpp"
#include "src/tensor/into.hpp"
#include "src/tensor/view.hpp"

namespace transformer {

// ---- Matrix product -------------------------------------------------------------------------

/// A factor of a matrix product: a view, or the transpose of one, which is never written out.
struct Factor {
  ConstMatrixView view;
  bool transposed = false;

  Factor(const ConstMatrixView& v, bool is_transposed = false)
      : view(v), transposed(is_transposed) {}
  Factor(const MatrixView& v) : Factor(ConstMatrixView(v)) {}
  Index n_rows() const { return transposed ? view.n_columns : view.n_rows; }
  Index n_columns() const { return transposed ? view.n_rows : view.n_columns; }
  Shape shape() const { return {n_rows(), n_columns()}; }
};
inline Factor transposed(const ConstMatrixView& view) { return {view, true}; }

namespace kernel {
struct MatmulKernels;
}

/// A factor b that was packed for products of many rows, which read it in another order than it
/// lies in. `pack_factor` makes it; it shows memory of whoever asked for it.
class PackedFactor {
 public:
  PackedFactor() = default;

  bool empty() const { return numbers_ == nullptr; }
  /// Of the factor as a product takes it: a transposed one is packed transposed.
  Shape shape() const { return shape_; }

 private:
  friend PackedFactor pack_factor(const Factor& b, std::span<float> memory, Threads& threads);
  friend const float* packed_numbers(const PackedFactor& packed, const Factor& b,
                                     const kernel::MatmulKernels& kernels);

  const float* numbers_ = nullptr;  // float32
  Shape shape_;
  const kernel::MatmulKernels* kernels_ = nullptr;  // of the instruction set that it was packed for
};

/// What happens to the product before it is stored.
struct MatmulOptions {
  ConstMatrixView bias = {};  ///< (1, n_columns of c), added to every row; or empty.
  bool relu = false;          ///< max(0, .) last.
  /// What `pack_factor` made of b, or empty. b itself must be given as well: products of a few rows
  /// read it where it lies. Throws Error (internal) where it has another shape, or was packed for
  /// another instruction set.
  PackedFactor packed_b = {};
};

/// c = a b, or c += a b; a is (m, k), b is (k, n), c is (m, n) and overlaps neither. k may be 0.
void matmul(const Factor& a, const Factor& b, const Into& c, const MatmulOptions& options = {},
            Threads& threads = Threads::serial());

/// How many multiplications, each with an addition, the products have taken that this thread has
/// asked for since it began; two such numbers tell what lies between them. What a task on another
/// thread asks for is counted there.
std::int64_t n_multiply_adds();

/// A product of many rows packs b first, in the order in which it reads it. For a weight that many
/// products use this is done once, into `memory` of at least `packed_size(b)` floats, which must
/// outlive the result.
PackedFactor pack_factor(const Factor& b, std::span<float> memory,
                         Threads& threads = Threads::serial());
Index packed_size(const Factor& b);

// ---- Softmax (section 3.2.1) ----------------------------------------------------------------

/// Which columns a row may look at.
enum class Mask {
  none,
  causal,  ///< Row i sees columns 0 .. i + (n_columns - n_rows): nothing that comes after it.
};

/// y = softmax(scale * x) in each row, over the columns that the mask leaves; the others get 0.
/// scale >= 0. x and y may be the same.
void softmax_forward(ConstMatrixView x, float scale, Mask mask, MatrixView y,
                     Threads& threads = Threads::serial());

/// dx = scale * (diag(y) - y y^T) dy in each row. dx and dy may be the same.
void softmax_backward(ConstMatrixView y, ConstMatrixView dy, float scale, Into dx,
                      Threads& threads = Threads::serial());

/// What one query finds, in each of weights.n_rows heads: y = softmax(q K^T / sqrt(d_k)) V, where a
/// head has d_k columns of all of them. q and y are (1, d), keys and values (n_keys, d) with rows
/// equally far apart and at least one of them, weights (n_heads, n_keys) without gaps.
void attend(ConstMatrixView q, ConstMatrixView keys, ConstMatrixView values, MatrixView weights,
            MatrixView y);

// ---- Dropout (section 5.4) ------------------------------------------------------------------

/// Sets each element to zero with probability p, 0 <= p < 1, and divides the others by 1 - p.
/// Element e of the matrix (row-major, without gaps) is dropped where `key.half_word(e)` < t, the
/// whole number next to p * 2^16, at most 2^16 - 1; the others are divided by 1 - t / 2^16, so that
/// the mean is kept. So the mask is never stored, and the backward pass draws it again.
struct Dropout {
  float p = 0.0f;
  RandomKey key;
};

/// y = dropout(x), and with the same key dx = dropout(dy). x and y may be the same. Throws Error
/// (internal) where p is not in [0, 1).
void dropout_forward(ConstMatrixView x, const Dropout& dropout, Into y,
                     Threads& threads = Threads::serial());

// ---- Residual connection, dropout and layer normalisation (section 5.4; Ba et al. 2016) -------

/// What the backward pass needs of a forward pass, one number for each row. A forward pass that
/// nothing follows may be given empty ones.
struct LayerNormMoments {
  std::span<float> mean = {};
  std::span<float> reciprocal_deviation = {};  ///< 1 / sqrt(variance + epsilon)
};

struct LayerNormParameters {
  ConstMatrixView gain;  ///< (1, n_columns), as the bias.
  ConstMatrixView bias;
  float epsilon;
};

/// y = gain * (x - mean) / sqrt(variance + epsilon) + bias in each row, with the variance that
/// divides by n_columns. x and y may be the same.
void layer_norm_forward(ConstMatrixView x, const LayerNormParameters& norm, MatrixView y,
                        LayerNormMoments moments, Threads& threads = Threads::serial());

/// What stands around each sub-layer of the paper's model (chapter 05: ResidualNorm), fused:
/// sum = x + dropout(sublayer), y = layer_norm(sum), in one pass. `sum` may be the same as
/// `sublayer`. Without dropout give p = 0.
void residual_layer_norm_forward(ConstMatrixView x, ConstMatrixView sublayer,
                                 const Dropout& dropout, const LayerNormParameters& norm,
                                 MatrixView sum, MatrixView y, LayerNormMoments moments,
                                 Threads& threads = Threads::serial());

/// The gradients of `layer_norm_forward`. dx may be the same as dy.
struct LayerNormGradients {
  Into dx;
  Into dgain, dbias;  ///< (1, n_columns)
};
void layer_norm_backward(ConstMatrixView x, ConstMatrixView gain, LayerNormMoments moments,
                         ConstMatrixView dy, const LayerNormGradients& gradients,
                         Threads& threads = Threads::serial());

/// The gradients of `residual_layer_norm_forward` in one pass: dsum, that of the sum, goes on to
/// both of its sides, to dx as it is and to the sub-layer as dropout(dsum).
struct ResidualNormGradients {
  Into dx, dsublayer;
  Into dgain, dbias;  ///< (1, n_columns)
};
void residual_layer_norm_backward(ConstMatrixView sum, ConstMatrixView gain,
                                  LayerNormMoments moments, ConstMatrixView dy,
                                  const Dropout& dropout, const ResidualNormGradients& gradients,
                                  Threads& threads = Threads::serial());

// ---- Cross-entropy with label smoothing (section 5.4; Szegedy et al. 2015) --------------------

/// For each row, the cross-entropy between softmax(logits) and the smoothed target, which is
/// 1 - epsilon + epsilon / n on the right token and epsilon / n on each other (n = n_columns):
/// losses (n_rows), one for each row. dlogits, which may be the same as logits, gets
/// scale * (softmax(logits) - smoothed target).
/// Never takes the logarithm of a probability: large logits make no infinite loss. A token may be
/// forbidden by a logit of -infinity; a loss is infinite only where such a token has a share in the
/// target.
void cross_entropy(ConstMatrixView logits, std::span<const TokenId> targets, float epsilon,
                   float scale, std::span<float> losses, Into dlogits,
                   Threads& threads = Threads::serial());

/// sums[i] = log sum_j exp(x_ij), so that x_ij - sums[i] is the logarithm of softmax(x)_ij;
/// -infinity where all x_ij are. `sums` may be longer than x has rows.
void log_sum_exp(ConstMatrixView x, std::span<float> sums, Threads& threads = Threads::serial());

/// For each row, with p = softmax(a) and q = softmax(b), divergences[i] = KL(p || q) + KL(q || p)
/// (the divergence of Liang et al. 2021, twice), and where da and db are not empty its gradients
/// times `scale`. All logits must be finite. All matrices have one shape; da and db are none of the
/// others.
void divergence(ConstMatrixView a, ConstMatrixView b, float scale, std::span<float> divergences,
                MatrixView da, MatrixView db, Threads& threads = Threads::serial());

// ---- Long short-term memory (chapter 09) ------------------------------------------------------

/// One time step of the cell, for n sequences. gates (n, 4 d) holds the sums for i, f, g and o side
/// by side, which become the gates: i, f, o = sigmoid(.), g = tanh(.). The states are h and c side
/// by side, (n, 2 d): c = f c_before + i g, h = o tanh(c).
void lstm_forward(MatrixView gates, ConstMatrixView before, MatrixView state,
                  Threads& threads = Threads::serial());

/// From the gates and states of the forward pass and dstate, the gradients of the four sums, dgates
/// (n, 4 d), and of c_before, (n, d). That of h_before comes from dgates.
void lstm_backward(ConstMatrixView gates, ConstMatrixView before, ConstMatrixView state,
                   ConstMatrixView dstate, MatrixView dgates, Into dc_before,
                   Threads& threads = Threads::serial());

// ---- The next token (section 6.1) ------------------------------------------------------------

/// A token, and its logit.
struct Likely {
  TokenId token = 0;
  float logit = 0.0f;
};

/// The largest of a row's logits, the largest first, equal ones in the order of their tokens: as
/// many as there is room for, and only those that exceed `above`. NaN is none of them. The result
/// is the part of `room` that is filled.
std::span<Likely> most_likely(std::span<const float> logits, std::span<Likely> room,
                              float above = -std::numeric_limits<float>::infinity());

/// The token of the largest logit, the first of equal ones; 0 where all are -infinity.
TokenId most_likely(std::span<const float> logits);

// ---- Embedding lookup (section 3.4) ---------------------------------------------------------

/// Row i of y = scale * row tokens[i] of table. table is (n_vocabulary, d), y (n_tokens, d).
void gather_rows(ConstMatrixView table, std::span<const TokenId> tokens, float scale, MatrixView y,
                 Threads& threads = Threads::serial());

/// Row tokens[i] of table += scale * row i of dy, for every i in order: a token that stands twice
/// adds twice. Where the table's numbers are replaced it is zero at first.
void scatter_add_rows(ConstMatrixView dy, std::span<const TokenId> tokens, float scale, Into table,
                      Threads& threads = Threads::serial());

// ---- Small pieces ---------------------------------------------------------------------------

/// y += x.
void add_to(ConstMatrixView x, MatrixView y, Threads& threads = Threads::serial());
/// y = x, or y += x.
void copy_to(ConstMatrixView x, Into y, Threads& threads = Threads::serial());
/// y = factor * x, or y += factor * x.
void scale_to(ConstMatrixView x, float factor, Into y, Threads& threads = Threads::serial());
/// product = a * b, element by element. It may be the same as either.
void multiply(ConstMatrixView a, ConstMatrixView b, Into product,
              Threads& threads = Threads::serial());
/// y = f(x), element by element. x and y may be the same.
void map_forward(MapId f, ConstMatrixView x, MatrixView y, Threads& threads = Threads::serial());
/// dx = f'(x) * dy, where y = f(x). dx may be the same as any of them. (ReLU looks at y alone.)
void map_backward(MapId f, ConstMatrixView x, ConstMatrixView y, ConstMatrixView dy, Into dx,
                  Threads& threads = Threads::serial());
/// sums (1, n_columns) = or += the sum of x's rows: the gradient of a bias.
void sum_rows(ConstMatrixView x, Into sums, Threads& threads = Threads::serial());
/// The sum of the squares, in double precision, added in a fixed order.
double sum_of_squares(std::span<const float> x, Threads& threads = Threads::serial());

// ---- Adam (section 5.3; Kingma and Ba 2015) ---------------------------------------------------

struct AdamStep {
  float learning_rate = 0.0f;
  float beta_1 = 0.9f;
  float beta_2 = 0.98f;
  float epsilon = 1e-9f;
  std::int64_t step = 1;        ///< Counts from 1; corrects the bias of the moments' zero start.
  float gradient_scale = 1.0f;  ///< Multiplies every gradient first: clipping.
  float weight_decay = 0.0f;  ///< Times the learning rate: the share of a value that is taken away.
};

/// One update of all parameters in one pass. The four spans have one length.
void adam_update(std::span<float> values, std::span<const float> gradients,
                 std::span<float> first_moments, std::span<float> second_moments,
                 const AdamStep& step, Threads& threads = Threads::serial());

}  // namespace transformer
