// Draws what the sentences of the corpus say.
#pragma once

#include "data/toy/meaning.hpp"
#include "src/base/philox.hpp"

namespace transformer::toy {

/// A sentence drawn with the numbers of `key`: the same key gives the same sentence.
Sentence draw_sentence(RandomKey key);

}  // namespace transformer::toy
