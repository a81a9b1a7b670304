#include "bench/workloads.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "src/base/error.hpp"
#include "src/base/philox.hpp"

namespace transformer::bench {
namespace {

constexpr TokenId begin_mark = 1, end_mark = 2, first_word = 3;

ModelConfig sizes(Index d_model, Index d_ff, Index n_heads, Index n_layers) {
  ModelConfig config;
  config.d_model = d_model;
  config.d_ff = d_ff;
  config.n_heads = n_heads;
  config.n_layers = n_layers;
  return config;
}

/// Random numbers one after the other.
class Draws {
 public:
  explicit Draws(std::uint32_t site) : key_{1, 0, site} {}

  Index below(Index n) {
    return static_cast<Index>(key_.below(i_++, static_cast<std::uint32_t>(n)));
  }
  /// Mean 0, variance 1 (Box and Muller 1958).
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
    return radius * std::cos(2.0 * std::numbers::pi * unit());
  }

 private:
  double unit() { return static_cast<double>(unit_float(key_.word(i_++))); }

  RandomKey key_;
  std::uint64_t i_ = 0;
};

struct Lengths {
  Index source, target;
  auto operator<=>(const Lengths&) const = default;
};

Lengths draw_lengths(const Workload& workload, Draws& draws) {
  if (workload.n_sentences >
      0) {  // fixed batches: lengths around the mean, source and target alike
    const Index length = static_cast<Index>(workload.mean_length) - 1 + draws.below(3);
    return {length, length};
  }
  const auto near = [&](double mean, double deviation) {
    const double length = mean * (1.0 + deviation * draws.normal());
    return std::clamp(std::round(length), 4.0, 3.0 * workload.mean_length);
  };
  const double source = near(workload.mean_length, 0.35);
  return {static_cast<Index>(source), static_cast<Index>(near(source, 0.1))};
}

void push_words(PackedSentences& sentences, Index n, Index n_vocabulary, Draws& draws) {
  for (Index i = 0; i < n; ++i) {
    sentences.push(first_word + static_cast<TokenId>(draws.below(n_vocabulary - first_word)));
  }
}

void add_pair(TranslationBatch& batch, Lengths lengths, Index n_vocabulary, Draws& draws) {
  push_words(batch.source, lengths.source, n_vocabulary, draws);
  batch.source.end_sentence();
  batch.target_input.push(begin_mark);
  push_words(batch.target_input, lengths.target, n_vocabulary, draws);
  batch.target_input.end_sentence();
  const auto& tokens = batch.target_input.tokens;
  batch.target_output.insert(batch.target_output.end(), tokens.end() - lengths.target,
                             tokens.end());
  batch.target_output.push_back(end_mark);
}

bool is_full(const Workload& workload, const TranslationBatch& batch, Lengths next) {
  if (workload.n_sentences > 0) return batch.source.n_sentences() == workload.n_sentences;
  return batch.target_input.n_tokens() + next.target + 1 > workload.n_target_tokens;
}

}  // namespace

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all = {
      {"toy", sizes(64, 256, 4, 2), 200, 9.0, 64, 0},
      {"tiny", sizes(128, 256, 4, 4), 10000, 15.0, 0, 4096, 4},
      {"small", sizes(256, 1024, 8, 3), 8000, 15.0, 0, 2048, 4},
      {"base", sizes(512, 2048, 8, 6), 8000, 25.0, 0, 1536, 2}};
  return all;
}

const Workload& workload(const std::string& name) {
  for (const Workload& one : workloads()) {
    if (one.name == name) return one;
  }
  fail(ExitCode::usage, "{}: no such workload; use toy, tiny, small or base", name);
}

std::vector<TranslationBatch> training_batches(const Workload& workload) {
  // Sentences of eight times as many batches, sorted, so that equal lengths come together.
  Draws draws(0);
  const double per_batch =
      workload.n_sentences > 0
          ? static_cast<double>(workload.n_sentences)
          : static_cast<double>(workload.n_target_tokens) / workload.mean_length;
  const Index n_batches = workload.n_batches;
  std::vector<Lengths> pool(static_cast<size_t>(8.0 * per_batch * static_cast<double>(n_batches)));
  for (Lengths& lengths : pool) lengths = draw_lengths(workload, draws);
  std::sort(pool.begin(), pool.end());

  std::vector<TranslationBatch> all(1);
  for (const Lengths lengths : pool) {
    if (is_full(workload, all.back(), lengths)) all.emplace_back();
    add_pair(all.back(), lengths, workload.n_vocabulary, draws);
  }
  all.pop_back();  // the last is not full

  std::vector<TranslationBatch> chosen;
  for (Index i = 0; i < n_batches; ++i) {
    chosen.push_back(all[all.size() * static_cast<size_t>(2 * i + 1) / (2 * n_batches)]);
  }
  return chosen;
}

double training_flops(const Workload& workload, const TranslationBatch& batch) {
  const auto number = [](Index n) { return static_cast<double>(n); };
  const double d = number(workload.model.d_model), d_ff = number(workload.model.d_ff);
  const double n_source = number(batch.source.n_tokens());
  const double n_target = number(batch.target_input.n_tokens());

  // A layer's weights: multiply-adds for each token. The memory's keys and values count as source.
  const double encoder = n_source * (4 * d * d + 2 * d * d_ff);
  const double decoder = n_target * (6 * d * d + 2 * d * d_ff) + n_source * 2 * d * d;
  // Attention: scores and context of each sentence, in three places.
  double n_scores = 0.0;
  for (Index s = 0; s < batch.source.n_sentences(); ++s) {
    const double source = number(batch.source.segments().length(s));
    const double target = number(batch.target_input.segments().length(s));
    n_scores += source * source + target * target + target * source;
  }
  const double layer = encoder + decoder + 2 * d * n_scores;
  const double logits = n_target * d * number(workload.n_vocabulary);
  return 3.0 * 2.0 * (number(workload.model.n_layers) * layer + logits);
}

PackedSentences decoding_source(const Workload& workload, Index n_sentences) {
  Draws draws(1);
  PackedSentences source;
  for (Index s = 0; s < n_sentences; ++s) {
    push_words(source, static_cast<Index>(workload.mean_length), workload.n_vocabulary, draws);
    source.end_sentence();
  }
  return source;
}

}  // namespace transformer::bench
