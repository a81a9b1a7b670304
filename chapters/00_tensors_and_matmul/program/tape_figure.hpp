// The picture of a small network: numbers on their way forward, gradients on their way back.
#pragma once

#include <string>

#include "src/tensor/view.hpp"

namespace transformer {

/// A matrix of the network, and the derivative of the loss by it.
struct TapeNode {
  std::string name;
  ConstMatrixView value, gradient;
};

/// The network loss = relu(x w + b) v as boxes and arrows, from the left to the right.
struct TapeNodes {
  TapeNode x, w, b, h, v, loss;
};
std::string tape_figure(const TapeNodes& nodes);

}  // namespace transformer
