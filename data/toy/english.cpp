#include "data/toy/english.hpp"

namespace transformer::toy {
namespace {

std::string_view determiner(const NounPhrase& phrase, bool is_negated) {
  const bool is_one = phrase.number == Number::singular;
  switch (phrase.determiner) {
    case Determiner::definite:
      return "the";
    case Determiner::indefinite:
      return is_one ? "a" : is_negated ? "any" : "some";
    case Determiner::my:
      return "my";
    case Determiner::demonstrative:
      return is_one ? "this" : "these";
  }
  return {};
}

/// `is_negated`: the phrase is the object of a negated verb.
void say_phrase(Words& words, const NounPhrase& phrase, bool is_negated = false) {
  say(words, determiner(phrase, is_negated));
  for (const Adjective* adjective : phrase.adjectives) say(words, adjective->english);
  say(words, phrase.noun->english[static_cast<int>(phrase.number)]);
}

void say_subject(Words& words, const Entity& subject) {
  if (const auto* pronoun = std::get_if<const Pronoun*>(&subject)) {
    say(words, (*pronoun)->english_subject);
  } else {
    say_phrase(words, std::get<NounPhrase>(subject));
  }
}

void say_object(Words& words, const Entity& object, bool is_negated) {
  if (const auto* pronoun = std::get_if<const Pronoun*>(&object)) {
    say(words, (*pronoun)->english_object);
  } else {
    say_phrase(words, std::get<NounPhrase>(object), is_negated);
  }
}

/// The subject and what agrees with it: `he sees`, `he does not see`, `does he see`, `is he`.
void say_subject_and_verb(Words& words, const Clause& clause) {
  const Person person = person_of(clause.subject);
  const bool is_third = person == Person::he;
  const bool is_statement = clause.mode == Mode::statement;

  // The word that a question begins with and that `not` follows; a plain statement has it in `be`.
  const std::string_view helper = clause.verb == nullptr ? english_be[static_cast<int>(person)]
                                  : is_statement         ? ""
                                  : is_third             ? "does"
                                                         : "do";
  if (clause.mode == Mode::question) say(words, helper);
  say_subject(words, clause.subject);
  if (clause.mode != Mode::question) say(words, helper);
  if (clause.mode == Mode::negation) say(words, "not");
  if (clause.verb == nullptr) return;
  say(words, is_statement && is_third ? clause.verb->english_third : clause.verb->english);
}

void say_clause(Words& words, const Clause& clause) {
  say_subject_and_verb(words, clause);
  if (clause.object) say_object(words, *clause.object, clause.mode == Mode::negation);
  if (clause.property != nullptr) say(words, clause.property->english);
  if (clause.place) {
    say(words, clause.place->preposition->english);
    say_phrase(words, clause.place->ground);
  }
  if (clause.mode == Mode::question) say(words, "?");
}

/// `a` becomes `an` before a vowel.
void join_neighbours(Words& words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const bool is_before_vowel =
        std::string_view("aeiou").find(words[i + 1][0]) != std::string::npos;
    if (words[i] == "a" && is_before_vowel) words[i] = "an";
  }
}

}  // namespace

Words in_english(const Sentence& sentence) {
  Words words;
  say_clause(words, sentence.first);
  if (sentence.second) {
    say(words, sentence.conjunction->english);
    say_clause(words, *sentence.second);
  }
  join_neighbours(words);
  return words;
}

}  // namespace transformer::toy
