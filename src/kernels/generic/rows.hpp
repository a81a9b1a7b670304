// The row kernels of one instruction set.
#pragma once

#include "src/kernels/generic/adam.hpp"
#include "src/kernels/generic/attend.hpp"
#include "src/kernels/generic/cross_entropy.hpp"
#include "src/kernels/generic/divergence.hpp"
#include "src/kernels/generic/dropout.hpp"
#include "src/kernels/generic/elementwise.hpp"
#include "src/kernels/generic/first_above.hpp"
#include "src/kernels/generic/layer_norm.hpp"
#include "src/kernels/generic/lstm.hpp"
#include "src/kernels/generic/maps.hpp"
#include "src/kernels/generic/softmax.hpp"
#include "src/kernels/row_table.hpp"

namespace transformer::kernel {

template <class Arch>
constexpr RowKernels row_kernels() {
  return {
      .softmax_forward = softmax_forward<Arch>,
      .softmax_backward = softmax_backward<Arch>,
      .attend = attend<Arch>,
      .dropout = dropout<Arch>,
      .residual_dropout = residual_dropout<Arch>,
      .layer_norm_forward = layer_norm_forward<Arch>,
      .layer_norm_backward = layer_norm_backward<Arch>,
      .cross_entropy = cross_entropy<Arch>,
      .log_sum_exp = log_sum_exp<Arch>,
      .first_above = first_above<Arch>,
      .divergence = divergence<Arch>,
      .lstm_forward = lstm_forward<Arch>,
      .lstm_backward = lstm_backward<Arch>,
      .add = add<Arch>,
      .scale = scale<Arch>,
      .add_scaled = add_scaled<Arch>,
      .multiply = multiply<Arch>,
      .maps = map_table<Arch>(AllMaps{}),
      .add_rows = add_rows<Arch>,
      .sum_of_squares = sum_of_squares<Arch>,
      .adam = adam<Arch>,
  };
}

}  // namespace transformer::kernel
