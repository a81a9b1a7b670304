// Checks batch_of_three with the model that writes words backwards, against the chapters' search.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chapters/06_decoder/greedy.hpp"
#include "chapters/06_decoder/program/reverser.hpp"
#include "chapters/08_translation/exercises/batch_of_three.hpp"
#include "src/book/exercise.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {
namespace {

class BackwardsWriter : public Writer {
 public:
  BackwardsWriter(const Transformer& model, Tape& tape, const PackedSentences& source)
      : growing_(model, tape, source) {}

  Tokens append(const Tokens& tokens) override {
    const ConstMatrixView logits = growing_.append(tokens);
    Tokens likeliest;
    for (Index r = 0; r < logits.n_rows; ++r) {
      likeliest.push_back(most_likely({logits.row(r), static_cast<size_t>(logits.n_columns)}));
    }
    return likeliest;
  }
  void keep(const std::vector<size_t>& rows) override {
    growing_.continue_from(std::vector<Index>(rows.begin(), rows.end()));
  }

 private:
  GrowingTranslations growing_;
};

std::string word_of(const Tokens& tokens) {
  return fmt::format("{}", fmt::join(letters_of(tokens), ""));
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Reverser reverser;
  Tape tape(Threads::serial());
  const std::vector<std::string> words = {"cab", "bike", "jackal"};
  PackedSentences source;
  for (const std::string& word : words) append_source(tokens_of(word), source);
  std::vector<std::string> expected;
  for (const Translation& translation : greedy_decode(reverser.model, tape, source)) {
    expected.push_back(word_of(translation.tokens));
  }
  BackwardsWriter writer(reverser.model, tape, source);
  const SentenceMarks marks;
  const std::vector<Tokens> written = exercise_greedy(writer, 3, marks.begin, marks.end, 20);

  Exercise exercise("batch_of_three");
  const auto found = [&](size_t s) { return s < written.size() ? word_of(written[s]) : ""; };
  exercise.expect("`cab`, the first to end", found(0), expected[0],
                  {{expected[0] + "</s>", "the end mark is no letter of the word"}},
                  "it got letters after its end: whose are they?");
  exercise.expect("`bike`, the second", found(1), expected[1],
                  {{expected[1] + expected[2].substr(5),
                    "it got the end of `jackal`: a row's number counts the rows before the others "
                    "left, so it is not yet a sentence's number"},
                   {expected[1] + "</s>", "the end mark is no letter of the word"}},
                  "the rows close up in their order: row i is what row kept[i] was");
  exercise.expect("`jackal`, the last", found(2), expected[2],
                  "the rows close up in their order: row i is what row kept[i] was");
  return exercise.finish();
}
