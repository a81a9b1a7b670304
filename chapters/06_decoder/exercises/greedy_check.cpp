// Checks greedy with the chapter's small model and with one that never stops.
#include <string>

#include "chapters/06_decoder/exercises/greedy.hpp"
#include "chapters/06_decoder/greedy.hpp"
#include "chapters/06_decoder/program/reverser.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

constexpr TokenId begin = Vocabulary::sentence_begin, end = Vocabulary::sentence_end;

std::string text_of(const std::vector<TokenId>& tokens) {
  std::string text;
  for (const TokenId token : tokens) text += letter_of(token);
  return text;
}

/// The chapter's model, asked what follows `written` in the translation of `word`.
NextLogits model_for(const Reverser& reverser, const std::string& word) {
  return [&reverser, word](const std::vector<TokenId>& written) {
    TranslationBatch batch = batch_of(word, "");
    batch.target_input.clear();
    batch.target_input.push(written);
    batch.target_input.end_sentence();
    Tape tape(Threads::serial());
    const ConstMatrixView logits = logits_of(reverser.model, tape, batch);
    const float* last = logits.row(logits.n_rows - 1);
    return std::vector<float>(last, last + logits.n_columns);
  };
}

/// What is written by who hands over the last token alone.
std::string forgetfully(const NextLogits& model, size_t limit) {
  std::vector<TokenId> written;
  TokenId newest = begin;
  while (written.size() < limit) {
    newest = most_likely(model({newest}));
    if (newest == end) break;
    written.push_back(newest);
  }
  return text_of(written);
}

void compare(Exercise& exercise, const Reverser& reverser, const std::string& word) {
  PackedSentences source;
  append_source(tokens_of(word), source);
  Tape tape(Threads::serial());
  const std::string right = text_of(greedy_decode(reverser.model, tape, source)[0].tokens),
                    with_end = right + "</s>", with_begin = "<s>" + right;
  const NextLogits model = model_for(reverser, word);
  const std::string forgot = forgetfully(model, 12);
  exercise.expect("translation of `" + word + "`", text_of(exercise_greedy(model, 12, begin, end)),
                  right,
                  {{with_end, "the end mark is no part of the translation"},
                   {with_begin, "the tokens are to be given without the marks"},
                   {forgot, "the model must be given all that is written, not the last token"},
                   {right.substr(0, 1), "one token is not enough: append it, and ask again"}},
                  "append the most likely token, and ask again");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Reverser reverser;
  Exercise exercise("greedy");
  for (const std::string word : {"jackal", "fable", "bench"}) compare(exercise, reverser, word);
  // A model that always goes on, with the letter after the last one.
  const NextLogits endless = [](const std::vector<TokenId>& written) {
    std::vector<float> logits(20, 0.0f);
    logits[Vocabulary::n_special + (written.size() - 1) % 14] = 1.0f;
    return logits;
  };
  exercise.expect("a model that never stops, at most 5 tokens",
                  text_of(exercise_greedy(endless, 5, begin, end)), "abcde",
                  {{"abcdef", "one too many: the beginning mark does not count"},
                   {"abcd", "one too few: the beginning mark does not count"},
                   {"<s>abcde", "the tokens are to be given without the marks"}},
                  "`limit` counts the tokens that are written");
  const NextLogits silent = [](const std::vector<TokenId>&) {
    return std::vector<float>{0, 0, 1, 0};
  };
  exercise.expect("a model that has nothing to say",
                  text_of(exercise_greedy(silent, 5, begin, end)), "",
                  {{"</s>", "the end mark is no part of the translation"}},
                  "the first token may be the end mark");
  return exercise.finish();
}
