// What the chapter's program measures: how fast a matrix product is, and how exact.
#pragma once

#include <string>
#include <vector>

#include "chapters/00_tensors_and_matmul/naive_matmul.hpp"
#include "src/book/scenes.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {

using ProductFunction = void (*)(ConstMatrixView a, ConstMatrixView b, MatrixView c);

/// One way to c = a b.
struct Product {
  std::string name;
  ProductFunction matmul;
};

/// The core's product, with the signature of the others.
inline void core_matmul(ConstMatrixView a, ConstMatrixView b, MatrixView c) { matmul(a, b, c); }

/// All of them, from the plainest to the fastest.
const std::vector<Product>& ladder();

/// How far the steps of the ladder are apart, and to standard error how fast each is.
void show_ladder(const SceneRequest&);

/// How many products a tile of c makes of each number that it reads.
void show_tiles(const SceneRequest&);

/// The error of a sum of n products, and draws it beside its bound: rounding.svg.
void show_rounding(const SceneRequest&);

}  // namespace transformer
