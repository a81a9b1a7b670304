// Two recurrent networks that translate (Sutskever et al. 2014; Cho et al. 2014): one reads the
// source into a context vector, the other writes the target from it.
#pragma once

#include <vector>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/09_recurrent_networks/recurrence.hpp"

namespace transformer {

/// In which directions the encoder reads the source.
enum class EncoderReading { forwards, backwards, both };

struct RecurrentConfig {
  CellKind cell = CellKind::lstm;
  EncoderReading reading = EncoderReading::both;
  Index d_model = 64;  ///< Width of embeddings, and of what encoder and decoder say.
  float p_drop = 0.0f;
};

/// Source, target and output share one embedding table. Sentences have a token each, and what is
/// handed in must outlive the step.
class SequenceToSequence {
 public:
  SequenceToSequence(ParameterStore& store, const RecurrentConfig& config, Index n_vocabulary);

  /// The context vector of each sentence, (n_sentences, d_context): what the encoder says after its
  /// last step, of both directions [forwards; backwards] side by side.
  Variable encode(Tape& tape, const PackedSentences& source) const;

  /// The decoder's state before the first token: tanh(context w_start + b_start).
  Variable start(Variable context) const;

  /// The decoder's states after some tokens, which stand in time order. Each step reads a token and
  /// the context of its sentence.
  Variable decode(std::span<const TokenId> tokens, Variable context, Variable start,
                  const TimeSteps& steps) const;

  /// What the states say, (n, d_model), and how well each token fits as the next one.
  Variable said(Variable states) const { return dropout(decoder_.hidden(states), config_.p_drop); }
  Variable logits(Variable states) const;

  const Embedding& embedding() const { return embedding_; }
  const RecurrentConfig& config() const { return config_; }
  const RecurrentLayer& decoder() const { return decoder_; }

 private:
  Index d_context() const { return std::ssize(encoder_) * config_.d_model; }
  Variable embed(Tape& tape, std::span<const TokenId> tokens) const {
    return dropout(embedding_(tape, tokens), config_.p_drop);
  }

  RecurrentConfig config_;
  Embedding embedding_;
  std::vector<RecurrentLayer> encoder_;  // one for each direction
  RecurrentLayer decoder_;
  Variable w_start_, b_start_;  // (d_context, the width of a state) and (1, the same)
};

/// The mean over the batch's target tokens of the label-smoothed cross-entropy, (1, 1). The batch
/// must outlive the step.
Variable translation_loss(const SequenceToSequence& model, Tape& tape,
                          const TranslationBatch& batch, float epsilon_ls);

}  // namespace transformer
