#include "data/toy/french.hpp"

#include <algorithm>

namespace transformer::toy {
namespace {

/// Every `h` of the lexicon is mute.
bool begins_with_vowel(std::string_view word) {
  constexpr std::string_view vowels[] = {"a", "e", "h", "i", "o", "u", "é"};
  return std::any_of(std::begin(vowels), std::end(vowels),
                     [word](std::string_view vowel) { return word.starts_with(vowel); });
}

std::string_view inflected(const Adjective& adjective, Gender gender, Number number,
                           bool is_before_vowel = false) {
  using enum AdjectiveForm;
  const bool is_one = number == Number::singular;
  const AdjectiveForm form = gender == Gender::feminine ? (is_one ? feminine : feminine_plural)
                             : !is_one                  ? masculine_plural
                             : is_before_vowel          ? masculine_before_vowel
                                                        : masculine;
  return adjective.french[static_cast<int>(form)];
}

/// One of three forms: masculine, feminine, plural.
std::string_view article(const NounPhrase& phrase, std::string_view masculine,
                         std::string_view feminine, std::string_view plural) {
  if (phrase.number == Number::plural) return plural;
  return phrase.noun->gender == Gender::masculine ? masculine : feminine;
}

std::string_view determiner(const NounPhrase& phrase, bool is_negated, bool adjective_follows) {
  switch (phrase.determiner) {
    case Determiner::definite:
      return article(phrase, "le", "la", "les");
    case Determiner::indefinite:
      // `je ne vois pas de chat`, `de petits chats`.
      if (is_negated) return "de";
      return article(phrase, "un", "une", adjective_follows ? "de" : "des");
    case Determiner::my:
      return article(phrase, "mon", "ma", "mes");
    case Determiner::demonstrative:
      return article(phrase, "ce", "cette", "ces");
  }
  return {};
}

/// `is_negated`: the phrase is the object of a negated verb.
void say_phrase(Words& words, const NounPhrase& phrase, bool is_negated = false) {
  const Noun& noun = *phrase.noun;
  const std::string_view noun_form = noun.french[static_cast<int>(phrase.number)];
  const auto say_adjectives = [&](Side side) {
    for (const Adjective* adjective : phrase.adjectives) {
      if (adjective->side != side) continue;
      say(words, inflected(*adjective, noun.gender, phrase.number,
                           side == Side::before && begins_with_vowel(noun_form)));
    }
  };
  const bool adjective_follows =
      std::any_of(phrase.adjectives.begin(), phrase.adjectives.end(),
                  [](const Adjective* adjective) { return adjective->side == Side::before; });

  say(words, determiner(phrase, is_negated, adjective_follows));
  say_adjectives(Side::before);
  say(words, noun_form);
  say_adjectives(Side::after);
}

void say_subject(Words& words, const Entity& subject) {
  if (const auto* pronoun = std::get_if<const Pronoun*>(&subject)) {
    say(words, (*pronoun)->french_subject);
  } else {
    say_phrase(words, std::get<NounPhrase>(subject));
  }
}

/// What stands around the verb: `ne` + object pronoun + verb + `pas`.
void say_verb_group(Words& words, const Clause& clause) {
  const auto& forms = clause.verb == nullptr ? french_be : clause.verb->french;
  const auto* object = clause.object ? std::get_if<const Pronoun*>(&*clause.object) : nullptr;

  if (clause.mode == Mode::negation) say(words, "ne");
  if (object != nullptr) say(words, (*object)->french_object);
  say(words, forms[static_cast<int>(person_of(clause.subject))]);
  if (clause.mode == Mode::negation) say(words, "pas");
}

/// The adjective that follows `be` agrees with the subject.
void say_property(Words& words, const Adjective& property, const Entity& subject) {
  if (const auto* pronoun = std::get_if<const Pronoun*>(&subject)) {
    const bool is_many = (*pronoun)->person == Person::they;
    say(words,
        inflected(property, (*pronoun)->gender, is_many ? Number::plural : Number::singular));
  } else {
    const auto& phrase = std::get<NounPhrase>(subject);
    say(words, inflected(property, phrase.noun->gender, phrase.number));
  }
}

void say_clause(Words& words, const Clause& clause) {
  if (clause.mode == Mode::question) say(words, "est-ce que");
  say_subject(words, clause.subject);
  say_verb_group(words, clause);
  if (clause.object && std::holds_alternative<NounPhrase>(*clause.object)) {
    say_phrase(words, std::get<NounPhrase>(*clause.object), clause.mode == Mode::negation);
  }
  if (clause.property != nullptr) say_property(words, *clause.property, clause.subject);
  if (clause.place) {
    say(words, clause.place->preposition->french);
    say_phrase(words, clause.place->ground);
  }
  if (clause.mode == Mode::question) say(words, "?");
}

struct Change {
  std::string_view from, to;
};

constexpr Change before_vowel[] = {{"le", "l'"},  {"la", "l'"}, {"je", "j'"}, {"ne", "n'"},
                                   {"me", "m'"},  {"te", "t'"}, {"de", "d'"}, {"que", "qu'"},
                                   {"ma", "mon"}, {"ce", "cet"}};
constexpr Change after_de[] = {{"le", "du"}, {"les", "des"}, {"des", "de"}, {"de", "de"}};

std::string_view changed(std::span<const Change> changes, std::string_view word) {
  const auto found = std::find_if(changes.begin(), changes.end(),
                                  [word](const Change& change) { return change.from == word; });
  return found == changes.end() ? std::string_view() : found->to;
}

/// Elision and contraction. From right to left, because what a word becomes depends on what its
/// right neighbour has become: `de le arbre` is `de l' arbre`, `de le jardin` is `du jardin`.
Words with_joined_neighbours(const Words& words) {
  Words joined_words;  // Reversed.
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    std::string current = *word;
    if (joined_words.empty()) {
      joined_words.push_back(current);
      continue;
    }
    const std::string_view contraction = changed(after_de, joined_words.back());
    if (current == "de" && !contraction.empty()) {
      current = contraction;
      joined_words.pop_back();
    }
    const std::string_view elision = changed(before_vowel, current);
    if (begins_with_vowel(joined_words.back()) && !elision.empty()) current = elision;
    joined_words.push_back(current);
  }
  std::reverse(joined_words.begin(), joined_words.end());
  return joined_words;
}

}  // namespace

Words in_french(const Sentence& sentence) {
  Words words;
  say_clause(words, sentence.first);
  if (sentence.second) {
    say(words, sentence.conjunction->french);
    say_clause(words, *sentence.second);
  }
  return with_joined_neighbours(words);
}

}  // namespace transformer::toy
