// Gradients, found and used.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// The gradients of a small network by the tape, by hand and by numbers; draws them (`tape.svg`).
void show_tape(const SceneRequest& request);

/// The numbers of that network learn to give another result.
void show_descent(const SceneRequest&);

}  // namespace transformer
