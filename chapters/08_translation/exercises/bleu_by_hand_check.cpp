// Checks bleu_by_hand against the chapter's own counts.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "chapters/08_translation/bleu.hpp"
#include "chapters/08_translation/exercises/bleu_by_hand.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

Words words_of(const std::string& sentence) {
  std::istringstream stream(sentence);
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

void compare(Exercise& exercise, const std::string& hypothesis, const std::string& reference,
             double mistaken, const char* sentence, const char* hint) {
  const std::vector<std::string> hypotheses = {hypothesis}, references = {reference};
  const NgramCounts counts = bleu(hypotheses, references, BleuTokenizer::none).counts;
  for (size_t n = 1; n <= max_ngram; ++n) {
    const Index actual = exercise_clipped_matches(words_of(hypothesis), words_of(reference), n);
    const std::string what = fmt::format("{}-grams of `{}` that match", n, hypothesis);
    const auto expected = static_cast<double>(counts.n_matches[n - 1]);
    exercise.expect(what, static_cast<double>(actual), expected,
                    {{n == 1 ? mistaken : -1.0, sentence}}, hint);
  }
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("bleu_by_hand");
  const std::string mat = "the cat is on the mat";
  compare(exercise, "the the the the the the the", mat, 7,
          "no n-gram counts more often than the reference has it", "`the` stands there twice");
  compare(exercise, "the cat sat on the mat", mat, 4,
          "where an n-gram stands twice in both, it matches twice",
          "n words in a row are one n-gram");
  compare(exercise, "on the mat", mat, 0, "an n-gram matches wherever it stands in the reference",
          "a hypothesis of three words has no 4-gram");
  compare(exercise, "the mat is on the cat", mat, -1, "", "the order inside an n-gram matters");
  return exercise.finish();
}
