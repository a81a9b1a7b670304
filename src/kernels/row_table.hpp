// The row kernels' entry in the table of kernels: each works on one row (or a run of plain numbers)
// and is single-threaded. Views, threads and checks of shapes are around them, in row_kernels*.cpp.
#pragma once

#include <cstdint>

#include "src/base/index.hpp"
#include "src/base/philox.hpp"
#include "src/kernels/maps.hpp"

namespace transformer::kernel {

/// Keeps element e where `key.half_word(e) >= threshold`, and multiplies what it keeps by `scale`.
struct DropoutRule {
  RandomKey key;
  std::uint32_t threshold = 0;
  float scale = 1.0f;
};

/// Mean and 1 / sqrt(variance + epsilon) of one row.
struct RowMoments {
  float mean = 0.0f;
  float reciprocal_deviation = 0.0f;
};

/// Some rows of what layer normalisation's backward pass reads and writes, n numbers each.
struct LayerNormRows {
  const float* x;
  Index x_stride;
  const float* mean;                  // one for each row
  const float* reciprocal_deviation;  // one for each row
  const float* dy;
  Index dy_stride;
  float* dx;
  Index dx_stride;
  Index n_rows;
  Index n;
  bool accumulate;
};

/// One query, and what it looks at: d_k numbers for each head, side by side; weights (n_heads,
/// n_keys) without gaps.
struct OneQuery {
  const float* q;
  const float* keys;
  const float* values;
  Index stride;  // between two keys, and between two values
  Index n_keys, n_heads, d_k;
  float scale;
  float* weights;
  float* y;
};

/// What the backward pass of an LSTM's cell reads of one row; the gates are four blocks.
struct LstmRow {
  const float* gates;
  const float* c_before;
  const float* c;
  const float* dh;
  const float* dc;
};

/// The numbers of one step of Adam, ready to use: 1 - beta and the corrections for the moments'
/// start at zero are worked out once, in double precision.
struct AdamRule {
  float beta_1, one_minus_beta_1;
  float beta_2, one_minus_beta_2;
  float step_size;             // learning rate / (1 - beta_1^step)
  float deviation_correction;  // 1 / sqrt(1 - beta_2^step)
  float epsilon;
  float gradient_scale;
  float kept;  // 1 - learning rate * weight decay
};

/// A function of maps.hpp: y = f(x), and dx = f'(x) dy.
struct MapKernels {
  void (*forward)(const float* x, Index n, float* y);
  void (*backward)(const float* x, const float* y, const float* dy, Index n, float* dx);
};
struct MapTable {
  MapKernels functions[AllMaps::size];
};

/// In all of these n is the length of a row. Where a function has an output, it may be the same as
/// an input, but must not overlap one in another way.
struct RowKernels {
  // y = softmax(scale x), and dx = scale y (dy - y . dy).
  void (*softmax_forward)(const float* x, Index n, float scale, float* y);
  void (*softmax_backward)(const float* y, const float* dy, Index n, float scale, float* dx);

  // y = softmax(scale q K^T) V in each head; at least one key.
  void (*attend)(const OneQuery& query);

  // y = dropout(x) and sum = x + dropout(sublayer); the row's first number is element `first`.
  void (*dropout)(const float* x, Index n, const DropoutRule& rule, std::uint64_t first, float* y);
  void (*residual_dropout)(const float* x, const float* sublayer, Index n, const DropoutRule& rule,
                           std::uint64_t first, float* sum);

  // y = gain (x - mean) / deviation + bias; its gradients, dgain and dbias added to.
  RowMoments (*layer_norm_forward)(const float* x, Index n, const float* gain, const float* bias,
                                   float epsilon, float* y);
  void (*layer_norm_backward)(const LayerNormRows& rows, const float* gain, float* dgain,
                              float* dbias);

  // The loss of one row; its gradient only where dlogits is not null.
  float (*cross_entropy)(const float* logits, Index n, Index target, float epsilon, float scale,
                         float* dlogits);
  float (*log_sum_exp)(const float* x, Index n);
  Index (*first_above)(const float* x, Index n, float bound);  // n where there is none
  // KL(p || q) + KL(q || p) of the softmaxes of a and b; gradients only where da is not null.
  float (*divergence)(const float* a, const float* b, Index n, float scale, float* da, float* db);

  // The cell of an LSTM; n is the width of c, a quarter of the gates. dc_before may be null.
  void (*lstm_forward)(float* gates, const float* c_before, Index n, float* h, float* c);
  void (*lstm_backward)(const LstmRow& row, Index n, float* dgates, float* dc_before);

  void (*add)(const float* a, const float* b, Index n, float* sum);           // sum = a + b
  void (*scale)(const float* x, float factor, Index n, float* y);             // y = factor x
  void (*add_scaled)(const float* x, float factor, Index n, float* y);        // y += factor x
  void (*multiply)(const float* a, const float* b, Index n, float* product);  // product = a b
  MapTable maps;
  void (*add_rows)(const float* x, Index stride, Index n_rows, Index n,
                   float* sums);  // sums += row
  double (*sum_of_squares)(const float* x, Index n);

  void (*adam)(float* values, const float* gradients, float* first_moments, float* second_moments,
               Index n, const AdamRule& rule);
};

}  // namespace transformer::kernel
