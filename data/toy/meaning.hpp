// What a sentence says, before any language says it: english.hpp and french.hpp put it into words.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "data/toy/lexicon.hpp"

namespace transformer::toy {

enum class Determiner { definite, indefinite, my, demonstrative };

struct NounPhrase {
  const Noun* noun;
  Number number;
  Determiner determiner;
  std::vector<const Adjective*> adjectives;  ///< In English order; at most one on each French side.
};

/// Somebody or something: a pronoun, or a noun with what belongs to it.
using Entity = std::variant<const Pronoun*, NounPhrase>;

struct Place {
  const Preposition* preposition;
  NounPhrase ground;
};

enum class Mode { statement, negation, question };

/// Somebody does something, or is somehow (`property`) or somewhere (`place`).
struct Clause {
  Mode mode;
  Entity subject;
  const Verb* verb = nullptr;  ///< None means `be`.
  std::optional<Entity> object = {};
  const Adjective* property = nullptr;
  std::optional<Place> place = {};
};

struct Sentence {
  Clause first;
  const Conjunction* conjunction = nullptr;
  std::optional<Clause> second = {};
};

/// The person that the verb agrees with.
inline Person person_of(const Entity& entity) {
  if (const auto* pronoun = std::get_if<const Pronoun*>(&entity)) return (*pronoun)->person;
  const bool is_one = std::get<NounPhrase>(entity).number == Number::singular;
  return is_one ? Person::he : Person::they;
}

}  // namespace transformer::toy
