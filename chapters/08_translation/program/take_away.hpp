// Training small translators that each lack one thing.
#pragma once

#include "src/book/scenes.hpp"

namespace transformer {

/// The paper's model and its training, whole and with one thing taken away each: BLEU of held-out
/// sentences for several seeds, and a translation that went wrong.
void show_take_away(const SceneRequest&);

}  // namespace transformer
