// A recurrent translator whose decoder looks at every state of the encoder, anew at each step
// (Bahdanau, Cho and Bengio 2015).
#pragma once

#include <variant>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/09_recurrent_networks/recurrence.hpp"
#include "chapters/10_additive_attention/gru.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// What a decoder's state is compared with a word's key by.
enum class AttentionScore {
  additive,    ///< v . tanh(q + k).
  dot_product  ///< q . k / sqrt(d_model), as in chapter 03.
};

enum class AttentiveCell { gru, lstm };

struct AttentiveConfig {
  AttentiveCell cell = AttentiveCell::gru;
  AttentionScore score = AttentionScore::additive;
  Index d_model = 64;  ///< Width of embeddings, states, queries and keys.
  float p_drop = 0.0f;
};

/// A recurrent layer of either cell.
class AttentiveLayer {
 public:
  AttentiveLayer(ParameterStore& store, const std::string& path, AttentiveCell cell, Index d_in,
                 Index d_hidden);

  /// As those of RecurrentLayer (chapter 09).
  Variable operator()(Variable x, Variable start, const TimeSteps& steps) const;
  Variable from_zeros(Variable x, const TimeSteps& steps) const;
  Variable hidden(Variable states) const;
  Index d_state() const;

 private:
  std::variant<GruLayer, RecurrentLayer> layer_;
};

/// What a decoder gets of some sources.
struct SourceMemory {
  Variable states;     ///< (n_source_tokens, 2 d_model): what both directions said at each word.
  Variable keys;       ///< (n_source_tokens, d_model): states U, the same at every step.
  Variable start;      ///< (n_sentences, width of a state): the decoder's, before the first token.
  Segments sentences;  ///< Which rows belong to which source.
};

/// A decoder's state after a token, and what it looked at before: (n, width of a state) and
/// (n, 2 d_model).
struct DecoderStep {
  Variable state, context;
};

/// Source, target and output share one embedding table. Sentences have a token each, and what is
/// handed in must outlive the step.
class AttentiveTranslator {
 public:
  AttentiveTranslator(ParameterStore& store, const AttentiveConfig& config, Index n_vocabulary);

  /// Reads the sources in both directions. They stand in `order` afterwards, or as they are if it
  /// is empty.
  SourceMemory encode(Tape& tape, const PackedSentences& source,
                      std::span<const TokenId> order = {}) const;

  /// What each state takes of its sentence: state i of sentence s is row i of `rows` that belong to
  /// s. (n, 2 d_model)
  Variable look(Variable state, const SourceMemory& memory, const Segments& rows) const;
  /// One token more, y (n, d_model).
  DecoderStep step(Variable y, Variable state, const SourceMemory& memory,
                   const Segments& rows) const;

  /// What the decoder says after each token, (n_tokens, d_model). The tokens stand in time order,
  /// the memory's sentences in steps.order.
  Variable decode(std::span<const TokenId> tokens, const SourceMemory& memory,
                  const TimeSteps& steps) const;

  /// What is said of a state and its context: tanh([h; context] w_out + b_out).
  Variable said(Variable state, Variable context) const;
  Variable logits(Variable said) const;

  Variable embed(Tape& tape, std::span<const TokenId> tokens) const {
    return dropout(embedding_(tape, tokens), config_.p_drop);
  }
  const Embedding& embedding() const { return embedding_; }
  const AttentiveConfig& config() const { return config_; }
  /// The vector v of the additive score.
  Variable score_vector() const { return v_; }

 private:
  AttentiveConfig config_;
  Embedding embedding_;
  AttentiveLayer forwards_, backwards_, decoder_;
  Variable w_start_, b_start_;  // (d_model, width of a state) and (1, the same)
  Variable w_query_, w_key_;    // W (d_model, d_model) and U (2 d_model, d_model)
  Variable v_;                  // (1, d_model)
  Variable w_out_, b_out_;      // (3 d_model, d_model) and (1, d_model)
};

/// The mean over the batch's target tokens of the label-smoothed cross-entropy, (1, 1). The batch
/// must outlive the step.
Variable translation_loss(const AttentiveTranslator& model, Tape& tape,
                          const TranslationBatch& batch, float epsilon_ls);

/// How much each target token looks at each source token, (n_target_tokens, n_source_tokens), of
/// one pair: `source` ends with its mark, `target` is what the decoder reads. Row i belongs to the
/// token that is written after target token i.
Matrix alignment(const AttentiveTranslator& model, Tape& tape, const PackedSentences& source,
                 const PackedSentences& target);

}  // namespace transformer
