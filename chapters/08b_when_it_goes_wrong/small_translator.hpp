// A translator put together from the pieces of chapters 01 to 07 as most people write it: padded
// sources, masks, no cache. What people get wrong is a function of its own, so that a mistake is a
// class that overrides one of them.
#pragma once

#include <string>
#include <vector>

#include "chapters/06_decoder/greedy.hpp"
#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/07_training_loop/optimizer.hpp"

namespace transformer {

/// A source and its translation, words with spaces between them.
struct SentencePair {
  std::string source, target;
};

/// The numbers of a line's words.
std::vector<TokenId> numbers_of(std::string_view line, const Vocabulary& vocabulary);

/// The Transformer of chapter 06 with its learning and its writing. As it stands, it is right.
/// Tokens and offsets that are handed in must outlive the step.
class SmallTranslator {
 public:
  /// The vocabulary must hold "<pad>" and outlive it.
  SmallTranslator(const ModelConfig& config, const Vocabulary& vocabulary);
  virtual ~SmallTranslator() = default;
  SmallTranslator(const SmallTranslator&) = delete;
  SmallTranslator& operator=(const SmallTranslator&) = delete;

  // ---- What people get wrong -----------------------------------------------------------------

  //! [decisions]
  /// The numbers of a source's words.
  virtual std::vector<TokenId> read(std::string_view line) const;
  /// What the decoder reads, and what it must predict in each place.
  virtual void append_target(std::span<const TokenId> target, TranslationBatch& batch) const;
  /// (n_tokens, d_model).
  virtual Variable embed(Tape& tape, const PackedSentences& sentences) const;
  /// Whether no word may look at this token of a source.
  virtual bool is_hidden(TokenId token) const { return token == padding_; }
  /// Every attention of the model.
  virtual Variable attend(Variable q, Variable k, Variable v, AttentionPattern pattern,
                          Index n_heads) const;
  /// The decoder's look at the source.
  virtual Variable attend_to_source(const CrossAttention& attention, Variable y, Variable memory,
                                    const AttentionPattern& pattern) const;
  /// The learning rate of each step.
  virtual Schedule schedule() const { return paper_schedule(config_.d_model, 100, 0.5f); }
  /// How the tape runs while it writes.
  virtual Mode mode_of_writing() const { return Mode::inference; }
  /// What a translation begins with.
  virtual TokenId first_token() const { return Vocabulary::sentence_begin; }
  //! [decisions]

  // ---- The rest ------------------------------------------------------------------------------

  /// Nothing longer is written.
  static constexpr Index most_tokens = 12;

  /// Pairs as a step learns them, the sources padded to the longest.
  TranslationBatch batch_of(std::span<const SentencePair> pairs) const;
  /// The logits of all places of a batch, (n_target_tokens, n_vocabulary).
  Variable logits(Tape& tape, const TranslationBatch& batch) const;
  /// The mean cross-entropy of a batch, without label smoothing, (1, 1).
  Variable loss(Tape& tape, const TranslationBatch& batch) const;
  /// Translates lines in one padded batch: greedily, with everything anew for each token. The seed
  /// is that of dropout, which a right translator does not have here.
  std::vector<Translation> translate(std::span<const std::string> lines,
                                     std::uint64_t seed = 1) const;
  /// A translation's words.
  std::string text_of(const Translation& translation) const;

  const ModelConfig& config() const { return config_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  ParameterStore& store() { return store_; }
  Variable table() const { return embedding_.table(); }

  /// Appends padding to each sentence, up to the length of the longest.
  void pad(PackedSentences& source) const;
  /// The memory, (n_source_tokens, d_model).
  Variable encode(Tape& tape, const PackedSentences& source) const;
  /// The decoder's output, (n_target_tokens, d_model).
  Variable decode(const PackedSentences& target_input, Variable memory,
                  const PackedSentences& source) const;

 protected:
  ParameterStore store_{1};

 private:
  struct EncoderParts {
    EncoderParts(ParameterStore& store, const std::string& path, const ModelConfig& config);
    SelfAttention self_attention;
    ResidualNorm norm_1;
    FeedForward feed_forward;
    ResidualNorm norm_2;
  };
  struct DecoderParts {
    DecoderParts(ParameterStore& store, const std::string& path, const ModelConfig& config);
    SelfAttention self_attention;
    ResidualNorm norm_1;
    CrossAttention cross_attention;
    ResidualNorm norm_2;
    FeedForward feed_forward;
    ResidualNorm norm_3;
  };

  Variable attend_to_self(const SelfAttention& attention, Variable x,
                          const AttentionPattern& pattern) const;
  AttentionPattern to_source(Tape& tape, const Segments& queries,
                             const PackedSentences& source) const;

  ModelConfig config_;
  const Vocabulary& vocabulary_;
  TokenId padding_;

 protected:
  Embedding embedding_;
  PositionalEncoding positions_;

 private:
  std::vector<EncoderParts> encoder_;
  std::vector<DecoderParts> decoder_;
};

}  // namespace transformer
