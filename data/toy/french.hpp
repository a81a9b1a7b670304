// French: agreement, adjectives on both sides of the noun, `ne ... pas`, object pronouns before the
// verb, `est-ce que`, elision and contraction.
#pragma once

#include "data/toy/meaning.hpp"
#include "data/toy/words.hpp"

namespace transformer::toy {

/// The sentence in French, lower case. What elision shortens is a word of its own, with its
/// apostrophe: `l' arbre`, `je n' aime pas`; so is `?`.
Words in_french(const Sentence& sentence);

}  // namespace transformer::toy
