// Checks start_token against the chapter's greedy decoding, with a trained model.
#include <algorithm>
#include <string>

#include "chapters/06_decoder/exercises/start_token.hpp"
#include "chapters/06_decoder/program/reverser.hpp"
#include "src/book/exercise.hpp"
#include "src/data/batches.hpp"

namespace transformer {
namespace {

/// A row of 16 numbers: the letters as tokens, and then -1.
Matrix row_of(const std::vector<TokenId>& tokens) {
  Matrix row = zeros(1, 16) - 1.0f;
  for (size_t i = 0; i < std::min<size_t>(tokens.size(), 16); ++i) {
    row(0, i) = static_cast<float>(tokens[i]);
  }
  return row;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Reverser reverser;
  Exercise exercise("start_token");
  for (const std::string word : {"fable", "black", "headland", "declaimed"}) {
    PackedSentences source;
    append_source(tokens_of(word), source);
    Tape tape(Threads::serial());
    const Matrix expected = row_of(greedy_decode(reverser.model, tape, source).front().tokens);
    const Matrix actual = row_of(exercise_translate(reverser.model, tape, source, {}));
    exercise.expect("translation of " + word, view_of(actual), view_of(expected),
                    "which token did the decoder read first in training?");
  }
  return exercise.finish();
}
