#include "chapters/06_decoder/translation_batch.hpp"

#include <utility>

#include "src/data/vocabulary.hpp"

namespace transformer {

//! [append_pair]
void append_source(std::span<const TokenId> tokens, PackedSentences& source) {
  source.push(tokens);
  source.push(Vocabulary::sentence_end);
  source.end_sentence();
}

void append_pair(std::span<const TokenId> source, std::span<const TokenId> target,
                 TranslationBatch& batch) {
  append_source(source, batch.source);
  batch.target_input.push(Vocabulary::sentence_begin);
  batch.target_input.push(target);
  batch.target_input.end_sentence();
  batch.target_output.insert(batch.target_output.end(), target.begin(), target.end());
  batch.target_output.push_back(Vocabulary::sentence_end);
}
//! [append_pair]

Batches batches_of(const ParallelCorpus& corpus, Index max_tokens, std::uint64_t seed,
                   std::function<void(std::uint32_t)> before_epoch) {
  return {{&corpus.source, &corpus.target}, max_tokens, seed, std::move(before_epoch)};
}

void fill(TranslationBatch& batch, const ParallelCorpus& corpus, Batch pairs) {
  batch.source.clear();
  batch.target_input.clear();
  batch.target_output.clear();
  for (const std::uint32_t pair : pairs) {
    append_pair(corpus.source.sentence(pair), corpus.target.sentence(pair), batch);
  }
}

void repeat(TranslationBatch& batch) {
  batch.source.repeat();
  batch.target_input.repeat();
}

void reserve(TranslationBatch& batch, const Batches& batches, Index n_passes) {
  const Index n_tokens = batches.most_tokens(), n_sentences = batches.most_examples();
  batch.source.reserve(n_passes * n_tokens, n_passes * n_sentences);
  batch.target_input.reserve(n_passes * n_tokens, n_passes * n_sentences);
  batch.target_output.reserve(static_cast<size_t>(n_tokens));
}

}  // namespace transformer
