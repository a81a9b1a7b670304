#include "chapters/08b_when_it_goes_wrong/mistakes.hpp"

#include <algorithm>
#include <cmath>

#include "src/autograd/operations.hpp"

namespace transformer {

//! [no_causal_mask]
Variable NoCausalMask::attend(Variable q, Variable k, Variable v, AttentionPattern pattern,
                              Index n_heads) const {
  pattern.mask = Mask::none;
  return SmallTranslator::attend(q, k, v, pattern, n_heads);
}
//! [no_causal_mask]

//! [target_not_shifted]
void TargetNotShifted::append_target(std::span<const TokenId> target,
                                     TranslationBatch& batch) const {
  batch.target_input.push(target);
  batch.target_input.push(Vocabulary::sentence_end);
  batch.target_input.end_sentence();
  batch.target_output.insert(batch.target_output.end(), target.begin(), target.end());
  batch.target_output.push_back(Vocabulary::sentence_end);
}
//! [target_not_shifted]

//! [source_not_read]
Variable SourceNotRead::attend_to_source(const CrossAttention& attention, Variable y, Variable,
                                         const AttentionPattern& pattern) const {
  return SmallTranslator::attend_to_source(attention, y, y,
                                           {pattern.queries, pattern.queries, Mask::causal});
}
//! [source_not_read]

namespace {

Vocabulary sorted(const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  for (TokenId i = Vocabulary::n_special; i < vocabulary.size(); ++i) {
    words.emplace_back(vocabulary.token(i));
  }
  std::sort(words.begin(), words.end());
  return Vocabulary(words);
}

}  // namespace

OtherVocabulary::OtherVocabulary(const ModelConfig& config, const Vocabulary& vocabulary)
    : SmallTranslator(config, vocabulary), sorted_(sorted(vocabulary)) {}

//! [other_vocabulary]
std::vector<TokenId> OtherVocabulary::read(std::string_view line) const {
  return numbers_of(line, sorted_);
}
//! [other_vocabulary]

namespace {

/// The rows of each sentence, the last one first.
Variable backwards(Variable x, const Segments& sentences) {
  const std::span<TokenId> which = x.tape().arena().allocate<TokenId>(x.n_rows());
  for (Index s = 0; s < sentences.count(); ++s) {
    for (Index t = sentences.begin(s); t < sentences.end(s); ++t) {
      which[static_cast<size_t>(t)] =
          static_cast<TokenId>(sentences.begin(s) + sentences.end(s) - 1 - t);
    }
  }
  return rows(x, which);
}

/// factor x.
Variable scaled(Variable x, float factor) {
  const std::span<TokenId> all = x.tape().arena().allocate<TokenId>(x.n_rows());
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<TokenId>(i);
  return rows(x, all, factor);
}

}  // namespace

//! [mask_transposed]
Variable MaskTransposed::attend(Variable q, Variable k, Variable v, AttentionPattern pattern,
                                Index n_heads) const {
  if (pattern.mask == Mask::none) return SmallTranslator::attend(q, k, v, pattern, n_heads);
  const Segments& target = pattern.queries;
  return backwards(SmallTranslator::attend(backwards(q, target), backwards(k, target),
                                           backwards(v, target), pattern, n_heads),
                   target);
}
//! [mask_transposed]

//! [padding_seen]
bool PaddingSeen::is_hidden(TokenId) const { return false; }
//! [padding_seen]

//! [dropout_left_on]
Mode DropoutLeftOn::mode_of_writing() const { return Mode::training; }
//! [dropout_left_on]

//! [rate_too_high]
Schedule RateTooHigh::schedule() const { return paper_schedule(config().d_model, 1, 1.0f); }
//! [rate_too_high]

//! [scale_forgotten]
Variable ScaleForgotten::attend(Variable q, Variable k, Variable v, AttentionPattern pattern,
                                Index n_heads) const {
  const float root = std::sqrt(static_cast<float>(q.n_columns() / n_heads));
  return SmallTranslator::attend(scaled(q, root), k, v, pattern, n_heads);
}
//! [scale_forgotten]

//! [positions_forgotten]
Variable PositionsForgotten::embed(Tape& tape, const PackedSentences& sentences) const {
  return embedding_(tape, sentences.tokens);
}
//! [positions_forgotten]

//! [wrong_first_token]
TokenId WrongFirstToken::first_token() const { return Vocabulary::sentence_end; }
//! [wrong_first_token]

}  // namespace transformer
