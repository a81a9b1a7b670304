#include "chapters/08_translation/translator/learned_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "src/data/tokens.hpp"

namespace transformer {
namespace {

std::uint64_t hash_of(std::span<const TokenId> source, std::span<const TokenId> target) {
  const auto bytes = [](std::span<const TokenId> ids) {
    return std::string_view(reinterpret_cast<const char*>(ids.data()), ids.size_bytes());
  };
  const std::hash<std::string_view> hash;
  return 31 * std::uint64_t{hash(bytes(source))} + hash(bytes(target));
}

std::uint64_t hash_of(const ParallelCorpus& corpus, Index s) {
  return hash_of(corpus.source.sentence(s), corpus.target.sentence(s));
}

/// Half a token more of each, so that none is impossible.
std::vector<double> frequencies(const PackedSentences& sentences, Index n_vocabulary) {
  std::vector<double> shares(static_cast<size_t>(n_vocabulary), 0.5);
  for (const TokenId token : sentences.tokens) ++shares[static_cast<size_t>(token)];
  const double n =
      static_cast<double>(sentences.n_tokens()) + static_cast<double>(n_vocabulary) / 2;
  for (double& share : shares) share /= n;
  return shares;
}

/// Returns how many of its tokens are unknown.
Index append(std::string_view line, const TrainedModel& trained, PackedSentences& side) {
  const std::string tokens = trained.tokenizer.tokens_of(normalised(std::string(line)));
  const Index n_unknown = trained.vocabulary.encode(split(tokens), side.tokens);
  side.end_sentence();
  return n_unknown;
}

}  // namespace

LearnedText::LearnedText(const ParallelCorpus& training, Index n_vocabulary)
    : on_source_(frequencies(training.source, n_vocabulary)),
      on_target_(frequencies(training.target, n_vocabulary)),
      is_copied_(training.source.tokens == training.target.tokens) {
  for (Index s = 0; s < training.n_pairs(); ++s) pairs_.insert(hash_of(training, s));
}

double LearnedText::likelier_as_target(const PackedSentences& sentences) const {
  double sum = 0.0;
  for (const TokenId token : sentences.tokens) {
    const auto t = static_cast<size_t>(token);
    sum += std::log(on_target_[t] / on_source_[t]);
  }
  return sum / static_cast<double>(sentences.n_tokens());
}

std::vector<std::string> LearnedText::doubts() const {
  if (!is_copied_) return {};
  return {
      "source and target are the same lines, so there is only copying to learn; check the two "
      "files"};
}

std::vector<std::string> LearnedText::doubts(const ParallelCorpus& text,
                                             std::string_view name) const {
  std::vector<std::string> doubts;
  constexpr Index one_in = 20;
  Index n_learned = 0;
  for (Index s = 0; s < text.n_pairs(); ++s) n_learned += pairs_.contains(hash_of(text, s));
  if (n_learned > 0 && n_learned * one_in >= text.n_pairs()) {
    doubts.push_back(
        fmt::format("{}: {} of {} pairs are learned from, so it says little of new sentences; use "
                    "another text",
                    name, n_learned, text.n_pairs()));
  }
  constexpr double clearly = 0.5;
  if (likelier_as_target(text.source) > clearly && likelier_as_target(text.target) < -clearly) {
    doubts.push_back(
        fmt::format("{}: its source looks like the target of the training text, and its target "
                    "like the source; check whether the two files are exchanged",
                    name));
  }
  return doubts;
}

ParallelText read_text_for(const ModelConfig& config, const Tokenizer& tokenizer,
                           const ParallelFiles& files) {
  return read_parallel_text(files, {.tokenizer = tokenizer, .max_length = config.most_tokens()});
}

ParallelCorpus encode(const HeldOutText& text, const TrainedModel& trained) {
  ParallelCorpus corpus;
  for (const std::string& line : text.sources) {
    corpus.n_unknown += append(line, trained, corpus.source);
  }
  for (const std::string& line : text.references) {
    corpus.n_unknown += append(line, trained, corpus.target);
  }
  return corpus;
}

}  // namespace transformer
