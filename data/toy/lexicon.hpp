// The words of the toy corpus in both languages, with all their forms.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace transformer::toy {

enum class Gender { masculine, feminine };
enum class Number { singular, plural };

/// Who acts. French conjugates a verb by it; `you` is one person, whom French calls `tu`.
enum class Person { i, you, he, we, they };
inline constexpr int n_persons = 5;

/// What a noun names, as a set of bits: decides which adjectives, verbs and prepositions suit it.
enum Kind : unsigned {
  human = 1,
  animal = 2,
  thing = 4,
  room = 8,   ///< One can be in it.
  roof = 16,  ///< One can be under it.
  animate = human | animal,
  anything = human | animal | thing,
};

struct Noun {
  std::array<std::string_view, 2> english;  ///< Singular, plural.
  std::array<std::string_view, 2> french;   ///< Singular, plural.
  Gender gender;
  unsigned kinds;
};

/// The forms of a French adjective, in the order of the table.
enum class AdjectiveForm {
  masculine,
  masculine_before_vowel,  ///< `un bel arbre`: singular, and the noun follows with a vowel.
  feminine,
  masculine_plural,
  feminine_plural,
};

/// On which side of its noun a French adjective stands.
enum class Side { before, after };

struct Adjective {
  std::string_view english;
  Side side;
  std::array<std::string_view, 5> french;  ///< By AdjectiveForm.
  unsigned kinds;                          ///< What it can be said of.
};

struct Verb {
  std::string_view english;        ///< With i, you, we, they; and after `do`, `does`.
  std::string_view english_third;  ///< With he, she and one thing.
  std::array<std::string_view, n_persons> french;  ///< By Person, present tense.
  unsigned objects;  ///< What it can be done to; 0: it takes no object.
};

struct Pronoun {
  std::string_view english_subject, english_object;
  std::string_view french_subject, french_object;
  Person person;
  Gender gender;
  unsigned objects;  ///< What it can stand for as an object.
};

struct Preposition {
  std::string_view english, french;
  unsigned kinds;  ///< The places it can be used with.
};

struct Conjunction {
  std::string_view english, french;
};

std::span<const Noun> nouns();
/// In the order in which English puts them: `happy small`, `small black`.
std::span<const Adjective> adjectives();
std::span<const Verb> verbs();
std::span<const Pronoun> pronouns();
std::span<const Preposition> prepositions();
std::span<const Conjunction> conjunctions();

/// The verb `be`, by Person.
inline constexpr std::array<std::string_view, n_persons> english_be{"am", "are", "is", "are",
                                                                    "are"};
inline constexpr std::array<std::string_view, n_persons> french_be{"suis", "es", "est", "sommes",
                                                                   "sont"};

}  // namespace transformer::toy
