// English: `do` in questions and negations, `an` before a vowel, adjectives before the noun.
#pragma once

#include "data/toy/meaning.hpp"
#include "data/toy/words.hpp"

namespace transformer::toy {

/// The sentence in English, lower case, `?` as a word of its own.
Words in_english(const Sentence& sentence);

}  // namespace transformer::toy
