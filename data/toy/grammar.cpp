#include "data/toy/grammar.hpp"

#include <algorithm>

namespace transformer::toy {
namespace {

/// Makes the choices of one sentence, one after the other.
class Choices {
 public:
  explicit Choices(RandomKey key) : key_(key) {}

  bool chance(unsigned percent) { return below(100) < percent; }
  unsigned below(unsigned n) { return key_.below(n_drawn_++, n); }

  /// One of those items that fit.
  template <class Item, class Fits>
  const Item& one_of(std::span<const Item> items, Fits fits) {
    auto n_left = below(static_cast<unsigned>(std::count_if(items.begin(), items.end(), fits)));
    return *std::find_if(items.begin(), items.end(),
                         [&](const Item& item) { return fits(item) && n_left-- == 0; });
  }
  template <class Item>
  const Item& one_of(std::span<const Item> items) {
    return one_of(items, [](const Item&) { return true; });
  }

 private:
  RandomKey key_;
  std::uint64_t n_drawn_ = 0;
};

const Adjective& draw_adjective(Choices& choices, const Noun& noun, Side side) {
  return choices.one_of(adjectives(), [&](const Adjective& adjective) {
    return adjective.side == side && (adjective.kinds & noun.kinds) != 0;
  });
}

/// A noun of these kinds with a determiner and at most `n_adjectives` adjectives.
NounPhrase draw_phrase(Choices& choices, unsigned kinds, int n_adjectives = 2) {
  const Noun& noun =
      choices.one_of(nouns(), [kinds](const Noun& n) { return (n.kinds & kinds) != 0; });
  NounPhrase phrase{&noun,
                    choices.chance(40) ? Number::plural : Number::singular,
                    static_cast<Determiner>(choices.below(4)),
                    {}};
  if (choices.chance(25)) phrase.determiner = Determiner::definite;  // the most frequent one

  // Two adjectives stand on the two sides of the French noun, and in English in the lexicon's
  // order.
  int n_left = choices.chance(45) ? 0 : choices.chance(70) ? 1 : 2;
  n_left = std::min(n_left, n_adjectives);
  Side side = choices.chance(50) ? Side::before : Side::after;
  for (; n_left > 0; --n_left) {
    // Everything in the lexicon has adjectives on both sides.
    phrase.adjectives.push_back(&draw_adjective(choices, noun, side));
    side = side == Side::before ? Side::after : Side::before;
  }
  std::sort(phrase.adjectives.begin(), phrase.adjectives.end());
  return phrase;
}

Entity draw_subject(Choices& choices, unsigned kinds, int n_adjectives) {
  if (!choices.chance(35)) return draw_phrase(choices, kinds, n_adjectives);
  return &choices.one_of(pronouns());
}

bool is_third(Person person) { return person == Person::he || person == Person::they; }
bool is_i_or_we(Person person) { return person == Person::i || person == Person::we; }

/// Nobody sees himself: that would take other words (`i see myself`).
bool can_act_on(Person subject, Person object) {
  if (is_i_or_we(subject)) return !is_i_or_we(object);
  return subject != Person::you || object != Person::you;
}

Entity draw_object(Choices& choices, const Verb& verb, Person subject) {
  if (!choices.chance(35)) return draw_phrase(choices, verb.objects);
  return &choices.one_of(pronouns(), [&](const Pronoun& pronoun) {
    return (pronoun.objects & verb.objects) != 0 && can_act_on(subject, pronoun.person);
  });
}

Place draw_place(Choices& choices) {
  const Preposition& preposition = choices.one_of(prepositions());
  return {&preposition, draw_phrase(choices, preposition.kinds, 1)};
}

/// `the dog sees the cat`, `he waits near the house`.
Clause draw_action(Choices& choices, Mode mode, bool is_brief) {
  Clause clause{mode, draw_subject(choices, animate, is_brief ? 1 : 2)};
  const bool has_object = choices.chance(62);
  clause.verb =
      &choices.one_of(verbs(), [&](const Verb& verb) { return (verb.objects != 0) == has_object; });
  if (has_object) {
    clause.object = draw_object(choices, *clause.verb, person_of(clause.subject));
  }
  if (!is_brief && choices.chance(has_object ? 15 : 60)) clause.place = draw_place(choices);
  return clause;
}

/// `the cars are red`. The gender of `i`, `you` and `we` is unknown: they are somewhere instead.
Clause draw_property(Choices& choices, Mode mode) {
  Clause clause{mode, draw_subject(choices, anything, 1)};
  unsigned kinds = human;
  if (const auto* phrase = std::get_if<NounPhrase>(&clause.subject)) {
    kinds = phrase->noun->kinds;
  } else if (!is_third(person_of(clause.subject))) {
    clause.place = draw_place(choices);
    return clause;
  }
  clause.property = &choices.one_of(
      adjectives(), [kinds](const Adjective& adjective) { return (adjective.kinds & kinds) != 0; });
  return clause;
}

/// `the cat is under the table`.
Clause draw_location(Choices& choices, Mode mode, bool is_brief) {
  Clause clause{mode, draw_subject(choices, anything, is_brief ? 0 : 2)};
  clause.place = draw_place(choices);
  return clause;
}

/// `is_brief`: one of two clauses.
Clause draw_clause(Choices& choices, Mode mode, bool is_brief) {
  if (choices.chance(70)) return draw_action(choices, mode, is_brief);
  if (choices.chance(50)) return draw_property(choices, mode);
  return draw_location(choices, mode, is_brief);
}

Mode statement_or_negation(Choices& choices) {
  return choices.chance(40) ? Mode::negation : Mode::statement;
}

}  // namespace

Sentence draw_sentence(RandomKey key) {
  Choices choices(key);
  if (choices.chance(20)) {
    Sentence sentence{draw_clause(choices, statement_or_negation(choices), true)};
    sentence.conjunction = &choices.one_of(conjunctions());
    sentence.second = draw_clause(choices, statement_or_negation(choices), true);
    return sentence;
  }
  const Mode mode = choices.chance(25) ? Mode::question : statement_or_negation(choices);
  return {draw_clause(choices, mode, false)};
}

}  // namespace transformer::toy
