// Checks silent_model against the chapter's greedy decoding, with a trained model.
#include <string>

#include "chapters/06_decoder/exercises/silent_model.hpp"
#include "chapters/06_decoder/program/reverser.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

std::string text_of(const std::vector<TokenId>& tokens) {
  std::string text;
  for (const TokenId token : tokens) text += letter_of(token);
  return text;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Reverser reverser;
  Exercise exercise("silent_model");
  for (const std::string word : {"jackal", "fable", "black"}) {
    PackedSentences source;
    append_source(tokens_of(word), source);
    Tape tape(Threads::serial());
    const auto started_with = [&](TokenId begin) {
      return text_of(greedy_decode(reverser.model, tape, source, {.begin = begin})[0].tokens);
    };
    const std::string right = started_with(Vocabulary::sentence_begin),
                      with_end = right + letter_of(Vocabulary::sentence_end),
                      unknown = started_with(Vocabulary::unknown),
                      ended = started_with(Vocabulary::sentence_end),
                      actual = text_of(exercise_translate(reverser.model, tape, source, {}));
    exercise.expect("translation of `" + word + "`", actual, right,
                    {{with_end, "the end mark is no letter of the translation"},
                     {ended, "who reads that a sentence is over has nothing to add"},
                     {unknown,
                      "0 is <unk>: training never began with it, so what comes of it, "
                      "even if it is better here and there, is chance"}},
                    "what does the decoder read in the first round, and in training? And what does "
                    "the decoder read in the second round?");
  }
  return exercise.finish();
}
