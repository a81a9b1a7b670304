// What models are measured on: four sizes of the Transformer, and synthetic sentences for each.
#pragma once

#include <string>
#include <vector>

#include "chapters/06_decoder/transformer.hpp"
#include "chapters/06_decoder/translation_batch.hpp"

namespace transformer::bench {

struct Workload {
  std::string name;
  ModelConfig model;
  Index n_vocabulary = 0;
  double mean_length = 0.0;   ///< Of a source sentence, in tokens.
  Index n_sentences = 0;      ///< In a batch; or where 0 ...
  Index n_target_tokens = 0;  ///< ... at most so many target tokens, end marks included.
  Index n_batches = 8;        ///< It is trained on so many batches, several times over.
};

/// toy, tiny, small and base (section 6.2).
const std::vector<Workload>& workloads();
/// Throws Error (usage) where there is none of this name.
const Workload& workload(const std::string& name);

/// Batches of random tokens. Lengths spread around the mean (standard deviation 35 %, the target's
/// another 10 %); the sentences of a batch are about equally long, and the batches are spread over
/// all lengths. The same for the same workload.
std::vector<TranslationBatch> training_batches(const Workload& workload);

/// The FLOPs that a training step on this batch needs: the matrix products of the forward pass,
/// three times, on real tokens only.
double training_flops(const Workload& workload, const TranslationBatch& batch);

/// Sentences of mean length to translate.
PackedSentences decoding_source(const Workload& workload, Index n_sentences);

/// Weights are random, so translations have a fixed length: one token more than their source.
inline Index decoding_length(const Workload& workload) {
  return static_cast<Index>(workload.mean_length) + 1;
}

/// What is decoded: one sentence greedily, and 32 with four hypotheses each.
struct DecodingCase {
  const char* name;
  Index n_sentences;
  Index beam_size;
};
inline constexpr DecodingCase decoding_cases[] = {{"greedy_1", 1, 1}, {"beam_4_of_32", 32, 4}};

}  // namespace transformer::bench
