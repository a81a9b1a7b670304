// Checks the grammar of the committed French with a small table of its own: it knows nothing of the
// generator's lexicon, and looks only at neighbouring words.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <set>

#include "data/toy/english.hpp"
#include "data/toy/french.hpp"
#include "tests/data/toy_words.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using Words = std::vector<std::string>;

/// Sets of gender and number.
enum Features : unsigned { ms = 1, fs = 2, mp = 4, fp = 8 };

std::map<std::string, unsigned> table_of(
    std::initializer_list<std::pair<unsigned, const char*>> rows) {
  std::map<std::string, unsigned> table;
  for (const auto& [features, row] : rows) {
    for (const auto& word : words_of(row)) table[word] |= features;
  }
  return table;
}

const auto nouns = table_of({
    {ms, "homme garçon enfant chat chien cheval oiseau jardin arbre pont"},
    {fs, "femme fille souris abeille maison école voiture table"},
    {mp, "hommes garçons enfants chats chiens chevaux oiseaux jardins arbres ponts"},
    {fp, "femmes filles souris abeilles maisons écoles voitures tables"},
});
const auto determiners = table_of({
    {ms, "le un ce cet mon du l' de d'"},
    {fs, "la une cette ma mon l' de d'"},
    {mp | fp, "les des ces mes de d'"},
});
const auto adjectives = table_of({
    {ms, "beau bel vieux vieil grand petit noir blanc heureux fatigué jeune rouge"},
    {fs, "belle vieille grande petite noire blanche heureuse fatiguée jeune rouge"},
    {mp, "beaux vieux grands petits noirs blancs heureux fatigués jeunes rouges"},
    {fp, "belles vieilles grandes petites noires blanches heureuses fatiguées jeunes rouges"},
});
const auto subject_pronouns = table_of({{ms, "je j' tu nous il"}, {fs, "elle"}, {mp, "ils"}});

const std::set<std::string> stand_before = {"beau",   "bel",     "belle",   "beaux",    "belles",
                                            "vieux",  "vieil",   "vieille", "vieilles", "grand",
                                            "grande", "grands",  "grandes", "petit",    "petite",
                                            "petits", "petites", "jeune",   "jeunes"};

/// Table by table: the forms of each verb, by the person that they agree with.
const std::map<std::string, std::set<std::string>> verbs_of_person = {
    {"je",
     {"vois", "aime", "trouve", "entends", "suis", "ai", "veux", "dors", "cours", "chante",
      "attends"}},
    {"tu",
     {"vois", "aimes", "trouves", "entends", "suis", "as", "veux", "dors", "cours", "chantes",
      "attends", "es"}},
    {"il",
     {"voit", "aime", "trouve", "entend", "suit", "a", "veut", "dort", "court", "chante", "attend",
      "est"}},
    {"nous",
     {"voyons", "aimons", "trouvons", "entendons", "suivons", "avons", "voulons", "dormons",
      "courons", "chantons", "attendons", "sommes"}},
    {"ils",
     {"voient", "aiment", "trouvent", "entendent", "suivent", "ont", "veulent", "dorment",
      "courent", "chantent", "attendent", "sont"}},
};

bool begins_with_vowel(const std::string& word) {
  return word.compare(0, 2, "é") == 0 || std::string("aeiouh").find(word[0]) != std::string::npos;
}

std::vector<Words> sentences(const std::string& part) {
  std::vector<Words> lines;
  std::ifstream file("data/toy/" + part + ".fr");
  for (std::string line; std::getline(file, line);) lines.push_back(words_of(line));
  BOOST_REQUIRE(!lines.empty());
  return lines;
}

std::vector<Words> all_sentences() {
  std::vector<Words> all;
  for (const char* part : {"train", "valid", "test"}) {
    for (auto& words : sentences(part)) all.push_back(std::move(words));
  }
  return all;
}

std::string text_of(const Words& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// What is wrong with the noun phrase around `words[noun]`, or nothing.
std::string noun_phrase_fault(const Words& words, std::size_t noun) {
  unsigned features = nouns.at(words[noun]);
  std::size_t left = noun;
  while (left > 0 && adjectives.count(words[left - 1]) > 0) {
    features &= adjectives.at(words[--left]);
    if (stand_before.count(words[left]) == 0) return words[left] + " stands before its noun";
  }
  if (left == 0 || determiners.count(words[left - 1]) == 0) return "no determiner";
  features &= determiners.at(words[left - 1]);
  for (std::size_t right = noun + 1; right < words.size(); ++right) {
    if (adjectives.count(words[right]) == 0) break;
    features &= adjectives.at(words[right]);
    if (stand_before.count(words[right]) > 0) return words[right] + " stands after its noun";
  }
  return features == 0 ? "no agreement" : "";
}

/// The key of `verbs_of_person` for the subject that ends at `words[subject]`.
std::string person_of(const Words& words, std::size_t subject) {
  const std::string& word = words[subject];
  if (word == "elle") return "il";
  if (word == "j'") return "je";
  if (verbs_of_person.count(word) > 0) return word;
  std::size_t first = subject;
  while (nouns.count(words[first]) == 0) --first;
  std::size_t left = first;
  while (adjectives.count(words[left - 1]) > 0) --left;
  const unsigned features = nouns.at(words[first]) & determiners.at(words[left - 1]);
  return (features & (ms | fs)) != 0 && !(features & (mp | fp)) ? "il" : "ils";
}

/// Where the subject of the clause that begins at `begin` ends.
std::size_t end_of_subject(const Words& words, std::size_t begin) {
  if (subject_pronouns.count(words[begin]) > 0) return begin;
  std::size_t i = begin;
  while (nouns.count(words[i]) == 0) ++i;
  while (adjectives.count(words[i + 1]) > 0) ++i;
  return i;
}

/// Where the clauses begin: at the start or after `est-ce que`, and after a conjunction.
std::vector<std::size_t> clause_begins(const Words& words) {
  std::vector<std::size_t> begins = {words[0] == "est-ce" ? 2u : 0u};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "et" || words[i] == "mais") begins.push_back(i + 1);
    if (words[i] == "parce") begins.push_back(i + 2);
  }
  return begins;
}

/// The verb after the subject: behind `ne` and an object pronoun.
std::size_t verb_after(const Words& words, std::size_t subject) {
  static const std::set<std::string> between = {"ne", "n'", "me", "m'",  "te",  "t'",
                                                "le", "la", "l'", "les", "nous"};
  std::size_t verb = subject + 1;
  while (between.count(words[verb]) > 0) ++verb;
  return verb;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(toy_french)

BOOST_AUTO_TEST_CASE(the_checks_see_faults) {
  const auto fault = [](const char* line, std::size_t noun) {
    return noun_phrase_fault(words_of(line), noun);
  };
  BOOST_TEST(fault("le petit chat noir dort", 2) == "");
  BOOST_TEST(fault("la petite chat noir dort", 2) == "no agreement");
  BOOST_TEST(fault("les petites souris noir dorment", 2) == "no agreement");
  BOOST_TEST(fault("le chat petit dort", 1) == "petit stands after its noun");
  BOOST_TEST(fault("le noir chat dort", 2) == "noir stands before its noun");
  BOOST_TEST(fault("chat dort ici", 0) == "no determiner");
  BOOST_TEST(person_of(words_of("la souris noire dort"), 2) == "il");
  BOOST_TEST(person_of(words_of("de petites souris dorment"), 2) == "ils");
}

BOOST_AUTO_TEST_CASE(determiners_and_adjectives_agree_with_their_noun_and_stand_on_their_side) {
  for (const Words& words : all_sentences()) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (nouns.count(words[i]) == 0) continue;
      const std::string fault = noun_phrase_fault(words, i);
      if (!fault.empty()) BOOST_ERROR(text_of(words) << ": " << fault);
    }
  }
}

BOOST_AUTO_TEST_CASE(verbs_agree_with_their_subject) {
  for (const Words& words : all_sentences()) {
    for (const std::size_t begin : clause_begins(words)) {
      const std::size_t subject = end_of_subject(words, begin);
      const std::string& verb = words.at(verb_after(words, subject));
      if (verbs_of_person.at(person_of(words, subject)).count(verb) == 0) {
        BOOST_ERROR(text_of(words) << ": " << verb);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_adjective_after_be_agrees_with_the_subject) {
  int n_checked = 0;
  for (const Words& words : all_sentences()) {
    for (const std::size_t begin : clause_begins(words)) {
      const std::size_t subject = end_of_subject(words, begin);
      std::size_t property = verb_after(words, subject) + 1;
      if (property < words.size() && words[property] == "pas") ++property;
      if (property >= words.size() || adjectives.count(words[property]) == 0) continue;
      ++n_checked;
      std::size_t head = subject;
      while (subject_pronouns.count(words[head]) + nouns.count(words[head]) == 0) --head;
      const bool is_pronoun = subject_pronouns.count(words[head]) > 0;
      unsigned features = (is_pronoun ? subject_pronouns : nouns).at(words[head]);
      features &= person_of(words, subject) == "ils" ? mp | fp : ms | fs;
      if ((features & adjectives.at(words[property])) == 0) BOOST_ERROR(text_of(words));
    }
  }
  BOOST_TEST(n_checked > 1000);
}

BOOST_AUTO_TEST_CASE(elision_and_contraction_are_complete_and_only_where_they_belong) {
  const std::set<std::string> never_before_vowel = {"le", "la",  "je", "ne", "me",  "te",
                                                    "de", "que", "ma", "ce", "beau"};
  const std::set<std::string> only_before_vowel = {"l'", "j'",  "n'",  "m'",  "t'",
                                                   "d'", "qu'", "cet", "bel", "vieil"};
  for (const Words& words : all_sentences()) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      const std::string &word = words[i], &next = words[i + 1];
      const bool is_vowel = begins_with_vowel(next);
      // `beau et ...`: the adjective does not belong to what follows.
      const bool should_change = never_before_vowel.count(word) > 0 && next != "et";
      if (is_vowel && should_change) BOOST_ERROR(text_of(words) << ": " << word);
      if (!is_vowel && only_before_vowel.count(word) > 0)
        BOOST_ERROR(text_of(words) << ": " << word);
      const bool is_article = next == "le" || next == "les" || next == "des" || next == "de";
      if (word == "de" && is_article) BOOST_ERROR(text_of(words) << ": de " << next);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_sentence_of_the_readme_is_in_the_language) {
  using namespace toy;
  const auto noun = [](std::string_view english) {
    for (const Noun& n : toy::nouns()) {
      if (n.english[0] == english) return &n;
    }
    throw std::invalid_argument("no such noun");
  };
  const auto adjective = [](std::string_view english) {
    for (const Adjective& a : toy::adjectives()) {
      if (a.english == english) return &a;
    }
    throw std::invalid_argument("no such adjective");
  };
  const NounPhrase cat{noun("cat"), Number::singular, Determiner::definite, {adjective("black")}};
  const NounPhrase dog{noun("dog"), Number::singular, Determiner::definite, {adjective("old")}};
  const Sentence sentence{{Mode::negation, cat, &verbs()[0], dog}};
  BOOST_TEST(joined(in_english(sentence)) == "the black cat does not see the old dog");
  BOOST_TEST(joined(in_french(sentence)) == "le chat noir ne voit pas le vieux chien");
}

BOOST_AUTO_TEST_SUITE_END()
