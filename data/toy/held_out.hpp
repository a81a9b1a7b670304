// The combinations of words that training never shows, and that the test set asks for.
#pragma once

#include "data/toy/meaning.hpp"

namespace transformer::toy {

/// Two English words, in the form that the lexicon lists first.
struct HeldOutPair {
  std::string_view word, noun;
};

/// An adjective never said of this noun: neither `a red horse` nor `the horse is red`.
inline constexpr HeldOutPair held_out_adjectives[] = {
    {"red", "horse"}, {"white", "house"},    {"black", "bee"},  {"small", "tree"},
    {"old", "woman"}, {"beautiful", "bird"}, {"big", "school"}, {"young", "girl"},
    {"tired", "dog"}, {"happy", "child"},
};

/// A verb that never has this noun as its subject: no `the dog sings`, no `do the dogs sing ?`.
inline constexpr HeldOutPair held_out_verbs[] = {
    {"sing", "dog"},   {"run", "cat"},   {"sleep", "bird"}, {"wait", "woman"},
    {"follow", "boy"}, {"see", "horse"}, {"hear", "child"}, {"love", "mouse"},
};

/// True where the sentence says one of the above.
bool has_held_out_pair(const Sentence& sentence);

}  // namespace transformer::toy
