#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "data/toy/corpus.hpp"
#include "tests/data/toy_words.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

const std::vector<std::string> part_names = {"train", "valid", "test"};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(file, path << " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string joined_lines(const std::vector<toy::SentencePair>& pairs,
                         std::string toy::SentencePair::*side) {
  std::string text;
  for (const auto& pair : pairs) text += pair.*side + '\n';
  return text;
}

std::vector<std::string> lines_of(const std::string& name) {
  std::vector<std::string> lines;
  std::ifstream file("data/toy/" + name);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

struct Files {
  std::map<std::string, std::vector<std::string>> english, french;
  Files() {
    for (const auto& part : part_names) {
      english[part] = lines_of(part + ".en");
      french[part] = lines_of(part + ".fr");
    }
  }
};

/// The committed files, read once.
const Files& files() {
  static const Files read;
  return read;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(toy_corpus)

BOOST_AUTO_TEST_CASE(the_generator_writes_the_committed_files_byte_by_byte) {
  const toy::Corpus corpus = toy::make_corpus();
  const std::map<std::string, std::vector<toy::SentencePair>> parts = {
      {"train", corpus.train}, {"valid", corpus.valid}, {"test", corpus.test}};
  for (const auto& [name, pairs] : parts) {
    const std::string stem = "data/toy/" + name;
    // Not BOOST_TEST(a == b): it would print a megabyte.
    BOOST_TEST((content_of(stem + ".en") == joined_lines(pairs, &toy::SentencePair::english)),
               stem << ".en differs");
    BOOST_TEST((content_of(stem + ".fr") == joined_lines(pairs, &toy::SentencePair::french)),
               stem << ".fr differs");
  }
}

BOOST_AUTO_TEST_CASE(another_seed_makes_another_corpus) {
  const toy::Corpus one = toy::make_corpus(1), two = toy::make_corpus(2);
  BOOST_TEST(one.train.front().english != two.train.front().english);
}

BOOST_AUTO_TEST_CASE(the_parts_have_their_sizes) {
  for (const auto& [part, n] :
       std::map<std::string, std::size_t>{{"train", 23000}, {"valid", 500}, {"test", 500}}) {
    BOOST_TEST(files().english.at(part).size() == n);
    BOOST_TEST(files().french.at(part).size() == n);
  }
  std::size_t n_bytes = 0;
  for (const auto& part : part_names) {
    n_bytes += content_of("data/toy/" + part + ".en").size();
    n_bytes += content_of("data/toy/" + part + ".fr").size();
  }
  BOOST_TEST(n_bytes <= 2'000'000u);
}

BOOST_AUTO_TEST_CASE(no_source_comes_twice_in_or_across_the_parts) {
  std::set<std::string> seen;
  for (const auto& part : part_names) {
    for (const auto& line : files().english.at(part)) {
      BOOST_TEST(seen.insert(line).second, "twice: " << line);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_side_has_3_to_14_words_one_space_apart) {
  for (const auto* side : {&files().english, &files().french}) {
    for (const auto& [part, lines] : *side) {
      for (const auto& line : lines) {
        const auto words = words_of(line);
        const std::size_t n = words.size();
        const bool has_empty_word = std::count(words.begin(), words.end(), "") > 0;
        if (n < 3 || n > 14 || has_empty_word) BOOST_ERROR(part << ": " << line);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_alphabet_is_lower_case_letters_and_accents_in_one_code_point) {
  const std::string letters = "abcdefghijklmnopqrstuvwxyz '-?";
  const std::set<std::string> accents = {"é", "è", "ç"};
  for (const auto* side : {&files().english, &files().french}) {
    for (const auto& [part, lines] : *side) {
      for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
          if (letters.find(line[i]) != std::string::npos) continue;
          if (side == &files().french && accents.count(line.substr(i, 2)) > 0) {
            ++i;
            continue;
          }
          BOOST_ERROR(part << ": byte " << i << " of " << line);
          break;
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_vocabulary_is_moderate_and_every_word_is_frequent_in_training) {
  std::set<std::string> joint;
  for (const auto* side : {&files().english, &files().french}) {
    std::map<std::string, int> n_of;
    for (const auto& line : side->at("train")) {
      for (const auto& word : words_of(line)) ++n_of[word];
    }
    for (const auto& [word, n] : n_of) {
      joint.insert(word);
      BOOST_TEST(n >= 80, word << " comes only " << n << " times");
    }
    for (const auto& part : {"valid", "test"}) {
      for (const auto& line : side->at(part)) {
        for (const auto& word : words_of(line)) BOOST_TEST(n_of.count(word) == 1u, word);
      }
    }
  }
  BOOST_TEST(joint.size() == 258u);
}

BOOST_AUTO_TEST_CASE(negations_and_questions_are_the_same_in_both_languages) {
  const auto n_of = [](const std::vector<std::string>& words, const char* word) {
    return std::count(words.begin(), words.end(), word);
  };
  for (const auto& part : part_names) {
    for (std::size_t i = 0; i < files().english.at(part).size(); ++i) {
      const auto english = words_of(files().english.at(part)[i]);
      const auto french = words_of(files().french.at(part)[i]);
      BOOST_TEST(n_of(english, "not") == n_of(french, "pas"));
      BOOST_TEST(n_of(french, "pas") == n_of(french, "ne") + n_of(french, "n'"));
      BOOST_TEST(n_of(english, "?") == n_of(french, "?"));
      BOOST_TEST(n_of(french, "?") == n_of(french, "est-ce"));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
