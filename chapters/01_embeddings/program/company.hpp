// Words learn their vectors from the company they keep.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// Vectors that learn which words stand before and after theirs, in sentences of the toy corpus:
/// the nearest words before and after that.
void show_company(const SceneRequest& request);

}  // namespace transformer
