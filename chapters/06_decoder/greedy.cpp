#include "chapters/06_decoder/greedy.hpp"

namespace transformer {

//! [greedy]
std::vector<Translation> greedy_decode(GrowingSequences& growing, Threads& threads,
                                       SentenceMarks marks) {
  const Index n = growing.rows().count();
  std::vector<Translation> translations(static_cast<size_t>(n));
  std::vector<TokenId> newest(translations.size(), marks.begin);
  std::vector<float> normalisers(translations.size());
  std::vector<Index> unfinished;
  unfinished.reserve(translations.size());
  for (Index s = 0; s < n; ++s) {
    translations[static_cast<size_t>(s)].tokens.reserve(static_cast<size_t>(growing.limit(s)));
  }

  while (growing.n_rows() > 0) {
    const ConstMatrixView logits = growing.append(newest);
    log_sum_exp(logits, normalisers, threads);
    unfinished.clear();
    newest.clear();
    for (Index s = 0; s < n; ++s) {
      if (growing.rows().length(s) == 0) continue;
      const Index r = growing.rows().begin(s);
      const TokenId token = most_likely({logits.row(r), static_cast<size_t>(logits.n_columns)});
      Translation& translation = translations[static_cast<size_t>(s)];
      // The logarithm of softmax(logits)_token.
      translation.log_probability +=
          double{logits(r, token)} - double{normalisers[static_cast<size_t>(r)]};
      translation.complete = token == marks.end;
      if (translation.complete) continue;
      translation.tokens.push_back(token);
      if (std::ssize(translation.tokens) == growing.limit(s)) continue;
      unfinished.push_back(r);
      newest.push_back(token);
    }
    growing.continue_from(unfinished);  // finished sentences leave the batch
  }
  return translations;
}
//! [greedy]

std::vector<Translation> greedy_decode(const Transformer& model, Tape& tape,
                                       const PackedSentences& source, SentenceMarks marks) {
  GrowingTranslations growing(model, tape, source);
  return greedy_decode(growing, tape.threads(), marks);
}

}  // namespace transformer
