#include "chapters/08b_when_it_goes_wrong/small_translator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "chapters/07_training_loop/loss.hpp"
#include "src/autograd/operations.hpp"
#include "src/data/tokens.hpp"

namespace transformer {

SmallTranslator::EncoderParts::EncoderParts(ParameterStore& store, const std::string& path,
                                            const ModelConfig& config)
    : self_attention(store, path + ".self_attention", config.d_model, config.n_heads),
      norm_1(store, path + ".norm_1", config),
      feed_forward(store, path + ".feed_forward", config),
      norm_2(store, path + ".norm_2", config) {}

SmallTranslator::DecoderParts::DecoderParts(ParameterStore& store, const std::string& path,
                                            const ModelConfig& config)
    : self_attention(store, path + ".self_attention", config.d_model, config.n_heads),
      norm_1(store, path + ".norm_1", config),
      cross_attention(store, path + ".cross_attention", config.d_model, config.n_heads),
      norm_2(store, path + ".norm_2", config),
      feed_forward(store, path + ".feed_forward", config),
      norm_3(store, path + ".norm_3", config) {}

SmallTranslator::SmallTranslator(const ModelConfig& config, const Vocabulary& vocabulary)
    : config_(config),
      vocabulary_(vocabulary),
      padding_(vocabulary.id("<pad>")),
      embedding_(store_, "embedding", vocabulary.size(), config.d_model),
      positions_(config.n_positions, config.d_model) {
  for (Index i = 0; i < config.n_layers; ++i) {
    encoder_.emplace_back(store_, fmt::format("encoder.layer_{}", i), config);
  }
  for (Index i = 0; i < config.n_layers; ++i) {
    decoder_.emplace_back(store_, fmt::format("decoder.layer_{}", i), config);
  }
}

std::vector<TokenId> numbers_of(std::string_view line, const Vocabulary& vocabulary) {
  std::vector<TokenId> numbers;
  vocabulary.encode(split(line), numbers);
  return numbers;
}

// ---- What people get wrong -------------------------------------------------------------------

//! [read]
std::vector<TokenId> SmallTranslator::read(std::string_view line) const {
  return numbers_of(line, vocabulary_);
}
//! [read]

//! [append_target]
void SmallTranslator::append_target(std::span<const TokenId> target,
                                    TranslationBatch& batch) const {
  batch.target_input.push(Vocabulary::sentence_begin);
  batch.target_input.push(target);
  batch.target_input.end_sentence();
  batch.target_output.insert(batch.target_output.end(), target.begin(), target.end());
  batch.target_output.push_back(Vocabulary::sentence_end);
}
//! [append_target]

//! [embed]
Variable SmallTranslator::embed(Tape& tape, const PackedSentences& sentences) const {
  return positions_(embedding_(tape, sentences.tokens), sentences.segments());
}
//! [embed]

//! [attend]
Variable SmallTranslator::attend(Variable q, Variable k, Variable v, AttentionPattern pattern,
                                 Index n_heads) const {
  return scaled_dot_product_attention(q, k, v, pattern, n_heads);
}
//! [attend]

//! [attend_to_source]
Variable SmallTranslator::attend_to_source(const CrossAttention& attention, Variable y,
                                           Variable memory, const AttentionPattern& pattern) const {
  const auto [k, v] = split_columns<2>(attention.project_memory(memory));
  const Variable q = attention.project_queries(y);
  return attention.merge(attend(q, k, v, pattern, attention.n_heads()));
}
//! [attend_to_source]

// ---- The rest --------------------------------------------------------------------------------

void SmallTranslator::pad(PackedSentences& source) const {
  const Index longest = source.segments().longest();
  PackedSentences padded;
  for (Index s = 0; s < source.n_sentences(); ++s) {
    padded.push(source.sentence(s));
    while (padded.n_tokens() < (s + 1) * longest) padded.push(padding_);
    padded.end_sentence();
  }
  source = std::move(padded);
}

//! [to_source]
/// Every query is in window 0; a key that is hidden is in another.
AttentionPattern SmallTranslator::to_source(Tape& tape, const Segments& queries,
                                            const PackedSentences& source) const {
  const std::span<Index> of_queries = tape.arena().allocate<Index>(queries.n_rows());
  const std::span<Index> of_keys = tape.arena().allocate<Index>(source.n_tokens());
  std::fill(of_queries.begin(), of_queries.end(), 0);
  std::transform(source.tokens.begin(), source.tokens.end(), of_keys.begin(),
                 [&](TokenId token) { return is_hidden(token) ? 1 : 0; });
  return {queries, source.segments(), Mask::none, {}, of_queries, of_keys};
}
//! [to_source]

Variable SmallTranslator::attend_to_self(const SelfAttention& attention, Variable x,
                                         const AttentionPattern& pattern) const {
  const auto [q, k, v] = split_columns<3>(attention.project(x));
  x.tape().observe(attention.path(), "q", q);
  x.tape().observe(attention.path(), "k", k);
  return attention.merge(attend(q, k, v, pattern, attention.n_heads()));
}

Variable SmallTranslator::encode(Tape& tape, const PackedSentences& source) const {
  const AttentionPattern pattern = to_source(tape, source.segments(), source);
  Variable x = dropout(embed(tape, source), config_.p_drop);
  for (const EncoderParts& layer : encoder_) {
    x = layer.norm_1(x, attend_to_self(layer.self_attention, x, pattern));
    x = layer.norm_2(x, layer.feed_forward(x));
  }
  return x;  // (n_source_tokens, d_model)
}

Variable SmallTranslator::decode(const PackedSentences& target_input, Variable memory,
                                 const PackedSentences& source) const {
  Tape& tape = memory.tape();
  const Segments target = target_input.segments();
  const AttentionPattern back{target, target, Mask::causal},
      across = to_source(tape, target, source);
  Variable y = dropout(embed(tape, target_input), config_.p_drop);
  for (const DecoderParts& layer : decoder_) {
    y = layer.norm_1(y, attend_to_self(layer.self_attention, y, back));
    y = layer.norm_2(y, attend_to_source(layer.cross_attention, y, memory, across));
    y = layer.norm_3(y, layer.feed_forward(y));
  }
  return y;  // (n_target_tokens, d_model)
}

TranslationBatch SmallTranslator::batch_of(std::span<const SentencePair> pairs) const {
  TranslationBatch batch;
  for (const SentencePair& pair : pairs) {
    append_source(read(pair.source), batch.source);
    append_target(numbers_of(pair.target, vocabulary_), batch);
  }
  pad(batch.source);
  return batch;
}

Variable SmallTranslator::logits(Tape& tape, const TranslationBatch& batch) const {
  const Variable y = decode(batch.target_input, encode(tape, batch.source), batch.source);
  return project_to_vocabulary(y, embedding_.table());
}

Variable SmallTranslator::loss(Tape& tape, const TranslationBatch& batch) const {
  const Variable y = decode(batch.target_input, encode(tape, batch.source), batch.source);
  return projected_cross_entropy(y, embedding_.table(), batch.target_output, 0.0f);
}

namespace {

/// Appends the token that is likeliest to come next, or notes that it is the end.
void write_next(Translation& translation, ConstMatrixView logits, Tape& tape) {
  float normaliser = 0;
  log_sum_exp(logits, {&normaliser, 1}, tape.threads());
  const TokenId token = most_likely({logits.row(0), static_cast<size_t>(logits.n_columns)});
  translation.log_probability += double{logits(0, token)} - double{normaliser};
  translation.complete = token == Vocabulary::sentence_end;
  if (!translation.complete) translation.tokens.push_back(token);
}

}  // namespace

std::vector<Translation> SmallTranslator::translate(std::span<const std::string> lines,
                                                    std::uint64_t seed) const {
  PackedSentences source;
  for (const std::string& line : lines) append_source(read(line), source);
  pad(source);
  std::vector<Translation> translations(lines.size());
  Tape tape(Threads::serial());
  for (Index t = 0; t < most_tokens; ++t) {
    PackedSentences written;
    for (const Translation& translation : translations) {
      written.push(first_token());
      written.push(translation.tokens);
      written.end_sentence();
    }
    tape.begin(mode_of_writing(), seed, static_cast<std::uint32_t>(t));
    const Variable y = decode(written, encode(tape, source), source);
    const ConstMatrixView logits = project_to_vocabulary(y, embedding_.table()).value();
    for (size_t s = 0; s < translations.size(); ++s) {
      if (translations[s].complete) continue;
      const Index last = written.segments().end(static_cast<Index>(s)) - 1;
      write_next(translations[s], logits.rows(last, last + 1), tape);
    }
  }
  return translations;
}

std::string SmallTranslator::text_of(const Translation& translation) const {
  return with_spaces(vocabulary_.decode(translation.tokens));
}

}  // namespace transformer
