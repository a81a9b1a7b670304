// Why embeddings are multiplied by sqrt(d_model).
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// How long embeddings and positional encodings are for several widths; figure norms.
void show_norms(const SceneRequest&);

}  // namespace transformer
