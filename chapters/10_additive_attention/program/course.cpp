#include "chapters/10_additive_attention/program/course.hpp"

#include <utility>

#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/08_translation/evaluation.hpp"
#include "src/data/tokens.hpp"

namespace transformer {

Course::Course(const ParallelFiles& training, const ParallelFiles& asked,
               const Tokenizer& tokenizer, Index n_most_words)
    : tokenizer_(tokenizer) {
  const ParallelText text = read_parallel_text(training, {.tokenizer = tokenizer});
  vocabulary_ = text.tokens.vocabulary(n_most_words);
  training_ = encode(text, vocabulary_);

  HeldOutText held_out = read_held_out(asked);
  for (const std::string& line : held_out.sources) {
    const std::string tokens = tokenizer_.tokens_of(line);
    std::vector<TokenId> ids;
    vocabulary_.encode(split(tokens), ids);
    append_source(ids, questions_);
    n_words_.push_back(std::ssize(split(tokenizer_.text_of(split(tokens)))));
  }
  references_ = comparable(std::move(held_out.references), tokenizer_);
}

std::string Course::line_of(const Translation& translation) const {
  return tokenizer_.text_of(vocabulary_.decode(translation.tokens));
}

}  // namespace transformer
