// What the chapter's program shows of memory and of repeatability.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// That the loss in chunks of rows equals the loss of all logits at once, and what it keeps.
void show_chunks(const SceneRequest&);

/// A small model with dropout, trained in three ways: with one thread, with three, and with a stop
/// in between. How many bits of the parameters differ.
void show_repeatability(const SceneRequest&);

}  // namespace transformer
