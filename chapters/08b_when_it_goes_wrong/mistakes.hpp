// Eleven mistakes, each a SmallTranslator with one function that decides otherwise.
#pragma once

#include "chapters/08b_when_it_goes_wrong/small_translator.hpp"

namespace transformer {

struct NoCausalMask : SmallTranslator {
  using SmallTranslator::SmallTranslator;
  Variable attend(Variable q, Variable k, Variable v, AttentionPattern pattern,
                  Index n_heads) const override;
};

struct TargetNotShifted : SmallTranslator {
  using SmallTranslator::SmallTranslator;
  void append_target(std::span<const TokenId> target, TranslationBatch& batch) const override;
};

struct SourceNotRead : SmallTranslator {
  using SmallTranslator::SmallTranslator;
  Variable attend_to_source(const CrossAttention& attention, Variable y, Variable memory,
                            const AttentionPattern& pattern) const override;
};

class OtherVocabulary : public SmallTranslator {
 public:
  OtherVocabulary(const ModelConfig& config, const Vocabulary& vocabulary);
  std::vector<TokenId> read(std::string_view line) const override;

 private:
  Vocabulary sorted_;  // the same words in another order
};

struct MaskTransposed : SmallTranslator {
  using SmallTranslator::SmallTranslator;
  Variable attend(Variable q, Variable k, Variable v, AttentionPattern pattern,
                  Index n_heads) const override;
};

struct PaddingSeen : SmallTranslator {
  using SmallTranslator::SmallTranslator;
  bool is_hidden(TokenId token) const override;
};

struct DropoutLeftOn : SmallTranslator {
  using SmallTranslator::SmallTranslator;
  Mode mode_of_writing() const override;
};

struct RateTooHigh : SmallTranslator {
  using SmallTranslator::SmallTranslator;
  Schedule schedule() const override;
};

struct ScaleForgotten : SmallTranslator {
  using SmallTranslator::SmallTranslator;
  Variable attend(Variable q, Variable k, Variable v, AttentionPattern pattern,
                  Index n_heads) const override;
};

struct PositionsForgotten : SmallTranslator {
  using SmallTranslator::SmallTranslator;
  Variable embed(Tape& tape, const PackedSentences& sentences) const override;
};

struct WrongFirstToken : SmallTranslator {
  using SmallTranslator::SmallTranslator;
  TokenId first_token() const override;
};

}  // namespace transformer
