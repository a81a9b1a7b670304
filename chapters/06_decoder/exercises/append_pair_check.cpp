// Checks append_pair against the chapter's own.
#include <fmt/ranges.h>

#include <string>

#include "chapters/06_decoder/exercises/append_pair.hpp"
#include "chapters/06_decoder/translation_batch.hpp"
#include "src/book/exercise.hpp"
#include "src/data/vocabulary.hpp"

namespace transformer {
namespace {

using Tokens = std::vector<TokenId>;

const Vocabulary vocabulary(std::vector<std::string>{"the", "dog", "sleeps", "le", "chien", "dort",
                                                     "why", "pourquoi"});

Tokens tokens_of(const std::vector<std::string>& words) {
  Tokens tokens;
  for (const std::string& word : words) tokens.push_back(vocabulary.id(word));
  return tokens;
}

std::string text_of(const Tokens& tokens) {
  std::string text;
  for (const TokenId token : tokens) {
    text += (text.empty() ? "" : " ") + std::string(vocabulary.token(token));
  }
  return text;
}

std::string text_of(const std::vector<Index>& offsets) {
  return fmt::format("{}", fmt::join(offsets, " "));
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const std::vector<std::pair<Tokens, Tokens>> pairs = {
      {tokens_of({"the", "dog", "sleeps"}), tokens_of({"le", "chien", "dort"})},
      {tokens_of({"why"}), tokens_of({"pourquoi"})}};
  TranslationBatch right;
  PairBatch batch;
  for (const auto& [source, target] : pairs) {
    append_pair(source, target, right);
    exercise_append_pair(source, target, batch);
  }
  Exercise exercise("append_pair");
  exercise.expect("the encoder reads", text_of(batch.source), text_of(right.source.tokens),
                  {{"<s> the dog sleeps </s> <s> why </s>",
                    "nothing is predicted from the first position of the source: no <s> there"}},
                  "the source and its end mark, pair after pair");
  const std::string output = text_of(right.target_output);
  exercise.expect("the decoder reads", text_of(batch.target_input),
                  text_of(right.target_input.tokens),
                  {{output, "at each position that is what it has to predict there"},
                   {"<s> le chien dort </s> <s> pourquoi </s>",
                    "one token too many: after </s> nothing is to be predicted"}},
                  "what does the decoder read before anything is written?");
  exercise.expect("it has to predict", text_of(batch.target_output), output,
                  {{"le chien dort pourquoi", "how would the model learn to stop?"}},
                  "the target and its end mark, pair after pair");
  const std::string hint = "after each pair: how many tokens are in the batch by now?",
                    lengths = "offsets count from the beginning of the batch, not of the pair";
  exercise.expect("where the sources begin", text_of(batch.source_offsets),
                  text_of(right.source.offsets), {{"0 4 2", lengths}}, hint);
  exercise.expect("where the targets begin", text_of(batch.target_offsets),
                  text_of(right.target_input.offsets), {{"0 4 2", lengths}}, hint);
  return exercise.finish();
}
