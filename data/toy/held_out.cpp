#include "data/toy/held_out.hpp"

#include <algorithm>

namespace transformer::toy {
namespace {

bool is_held_out(std::span<const HeldOutPair> pairs, std::string_view word, const Noun& noun) {
  return std::any_of(pairs.begin(), pairs.end(), [&](const HeldOutPair& pair) {
    return pair.word == word && pair.noun == noun.english[0];
  });
}

bool has_held_out_pair(const NounPhrase& phrase) {
  return std::any_of(phrase.adjectives.begin(), phrase.adjectives.end(),
                     [&](const auto* adjective) {
                       return is_held_out(held_out_adjectives, adjective->english, *phrase.noun);
                     });
}

bool has_held_out_pair(const Entity& entity) {
  const auto* phrase = std::get_if<NounPhrase>(&entity);
  return phrase != nullptr && has_held_out_pair(*phrase);
}

bool has_held_out_pair(const Clause& clause) {
  if (has_held_out_pair(clause.subject)) return true;
  if (clause.object && has_held_out_pair(*clause.object)) return true;
  if (clause.place && has_held_out_pair(clause.place->ground)) return true;

  // What the verb, or an adjective after `be`, says of the subject.
  const auto* subject = std::get_if<NounPhrase>(&clause.subject);
  if (subject == nullptr) return false;
  if (clause.verb != nullptr) {
    return is_held_out(held_out_verbs, clause.verb->english, *subject->noun);
  }
  return clause.property != nullptr &&
         is_held_out(held_out_adjectives, clause.property->english, *subject->noun);
}

}  // namespace

bool has_held_out_pair(const Sentence& sentence) {
  return has_held_out_pair(sentence.first) ||
         (sentence.second && has_held_out_pair(*sentence.second));
}

}  // namespace transformer::toy
