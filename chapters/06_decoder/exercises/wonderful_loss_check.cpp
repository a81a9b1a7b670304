// Checks wonderful_loss against the batches that the chapter's model is trained on.
#include <string>

#include "chapters/06_decoder/exercises/wonderful_loss.hpp"
#include "chapters/06_decoder/translation_batch.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

const Vocabulary vocabulary(std::vector<std::string>{"le", "chien", "dort", "ici"});

std::string text_of(const std::vector<TokenId>& tokens) {
  std::string text;
  for (const TokenId token : tokens) {
    text += (text.empty() ? "" : " ") + std::string(vocabulary.token(token));
  }
  return text;
}

void compare(Exercise& exercise, const std::string& words, const std::vector<TokenId>& target) {
  TranslationBatch batch;
  append_pair(target, target, batch);
  const std::string right = text_of(batch.target_input.tokens), same = text_of(batch.target_output),
                    one_more = right + " </s>",
                    end_first = words.empty() ? "</s>" : "</s> " + words;
  const std::string left =
      same.find(' ') == std::string::npos ? "</s>" : same.substr(same.find(' ') + 1) + " </s>";
  exercise.expect(
      "the decoder reads, to predict `" + same + "`",
      text_of(exercise_decoder_input(target, SentenceMarks{})), right,
      {{same, "at each position that is the token to be predicted there: it need only be copied"},
       {one_more, "that is one more than there is to predict"},
       {end_first, "that mark says that a sentence is over; which one says that it begins?"},
       {left, "that is shifted to the left: the answer comes even before its place"}},
      "at position 0 nothing has been said yet: what does the decoder read there?");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const auto id = [](std::string_view word) { return vocabulary.id(word); };
  Exercise exercise("wonderful_loss");
  compare(exercise, "le chien dort", {id("le"), id("chien"), id("dort")});
  compare(exercise, "ici", {id("ici")});
  compare(exercise, "", {});
  return exercise.finish();
}
