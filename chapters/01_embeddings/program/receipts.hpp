// The gradient of the embedding table, found in three ways.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// Elements of the table's gradient as the tape finds them, as numeric differences of the
/// formula in double precision, and as PyTorch's values in the file of references; and how far the
/// three are apart over the whole table.
void show_receipts(const SceneRequest&);

}  // namespace transformer
