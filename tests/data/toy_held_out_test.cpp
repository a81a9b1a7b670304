// Looks for the held-out combinations in the committed English text, with lists and a search of its
// own: it knows nothing of the generator.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <set>

#include "tests/data/toy_words.hpp"

using namespace transformer::test;

namespace {

using Combination = std::pair<std::string, std::string>;
using Words = std::vector<std::string>;

const std::set<Combination> held_out_adjectives = {
    {"red", "horse"},  {"white", "house"}, {"black", "bee"},      {"small", "tree"},
    {"old", "woman"},  {"tired", "dog"},   {"beautiful", "bird"}, {"big", "school"},
    {"young", "girl"}, {"happy", "child"},
};
const std::set<Combination> held_out_verbs = {
    {"sing", "dog"},   {"run", "cat"},   {"sleep", "bird"}, {"wait", "woman"},
    {"follow", "boy"}, {"see", "horse"}, {"hear", "child"}, {"love", "mouse"},
};

const std::set<std::string> adjectives = {"happy", "tired", "beautiful", "big",   "small",
                                          "old",   "young", "black",     "white", "red"};
const std::set<std::string> prepositions = {"in", "under", "near", "behind"};
const std::set<std::string> verbs = {"see",  "love",  "find", "hear", "follow", "have",
                                     "want", "sleep", "run",  "sing", "wait"};

/// The first form of a noun or verb: `mice` is `mouse`, `sings` is `sing`.
std::string lemma(const std::string& word) {
  static const std::map<std::string, std::string> irregular = {{"mice", "mouse"},
                                                               {"men", "man"},
                                                               {"women", "woman"},
                                                               {"children", "child"},
                                                               {"has", "have"}};
  const auto found = irregular.find(word);
  if (found != irregular.end()) return found->second;
  return word.size() > 3 && word.back() == 's' ? word.substr(0, word.size() - 1) : word;
}

/// The sentences of a line: what stands between conjunctions.
std::vector<Words> clauses_of(const std::string& line) {
  std::vector<Words> clauses(1);
  for (const std::string& word : words_of(line)) {
    if (word == "and" || word == "but" || word == "because") {
      clauses.emplace_back();
    } else {
      clauses.back().push_back(word);
    }
  }
  return clauses;
}

/// The noun that ends the noun phrase at `begin`: determiner, adjectives, noun.
std::size_t noun_at(const Words& words, std::size_t begin) {
  std::size_t i = begin + 1;
  while (i < words.size() && adjectives.count(words[i]) > 0) ++i;
  return i;
}

/// Every (adjective, noun) and (verb, subject) that a clause says.
std::set<Combination> combinations_of(const Words& words) {
  std::set<Combination> combinations;

  // An adjective belongs to the noun that follows with nothing but adjectives between.
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (adjectives.count(words[i]) == 0) continue;
    const std::size_t noun = noun_at(words, i);
    if (noun < words.size()) combinations.insert({words[i], lemma(words[noun])});
  }
  // The subject is the first noun; a question begins with a helper.
  static const std::set<std::string> helpers = {"do", "does", "is", "are", "am"};
  const bool is_question = helpers.count(words[0]) > 0;
  const std::size_t subject = noun_at(words, is_question ? 1 : 0);
  for (std::size_t i = subject + 1; i < words.size(); ++i) {
    if (verbs.count(lemma(words[i])) > 0) {
      combinations.insert({lemma(words[i]), lemma(words[subject])});
      break;
    }
  }
  // An adjective at the end is said of the subject: nothing but a place would follow it.
  const std::size_t last = words.size() - (words.back() == "?" ? 2 : 1);
  if (adjectives.count(words[last]) > 0 && subject < last) {
    combinations.insert({words[last], lemma(words[subject])});
  }
  return combinations;
}

/// The held-out combinations in a line.
std::set<Combination> held_out_in(const std::string& line) {
  std::set<Combination> found;
  for (const Words& clause : clauses_of(line)) {
    for (const Combination& combination : combinations_of(clause)) {
      if (held_out_adjectives.count(combination) + held_out_verbs.count(combination) > 0) {
        found.insert(combination);
      }
    }
  }
  return found;
}

struct Count {
  int n_lines = 0;
  std::map<Combination, int> n_of;
};

Count held_out_in_file(const std::string& path) {
  Count count;
  std::ifstream file(path);
  BOOST_REQUIRE_MESSAGE(file, path << " cannot be read");
  for (std::string line; std::getline(file, line);) {
    const std::set<Combination> found = held_out_in(line);
    if (!found.empty()) ++count.n_lines;
    for (const Combination& combination : found) ++count.n_of[combination];
  }
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(toy_held_out)

BOOST_AUTO_TEST_CASE(the_search_finds_what_it_should) {
  const auto finds = [](const char* line, const char* word, const char* noun) {
    return held_out_in(line) == std::set<Combination>{{word, noun}};
  };
  BOOST_TEST(finds("we see the red horses", "red", "horse"));
  BOOST_TEST(finds("a happy old woman waits", "old", "woman") == false);  // and waits
  BOOST_TEST(finds("he sleeps and the happy small children are here", "happy", "child"));
  BOOST_TEST(finds("are my birds beautiful ?", "beautiful", "bird"));
  BOOST_TEST(finds("do these old horses see me ?", "see", "horse"));
  BOOST_TEST(finds("the mouse does not love him", "love", "mouse"));
  BOOST_TEST(held_out_in("the red cat sees a black horse").empty());
  BOOST_TEST(held_out_in("we sing and the dog is red").empty());
  BOOST_TEST(held_out_in("a man near the dog sings but you love the mouse").empty());
}

BOOST_AUTO_TEST_CASE(training_and_validation_never_show_a_held_out_combination) {
  BOOST_TEST(held_out_in_file("data/toy/train.en").n_lines == 0);
  BOOST_TEST(held_out_in_file("data/toy/valid.en").n_lines == 0);
}

BOOST_AUTO_TEST_CASE(the_test_set_shows_every_one_in_200_lines) {
  const Count count = held_out_in_file("data/toy/test.en");
  BOOST_TEST(count.n_lines == 200);
  BOOST_TEST(count.n_of.size() == held_out_adjectives.size() + held_out_verbs.size());
}

BOOST_AUTO_TEST_SUITE_END()
