#include "chapters/08_translation/trained_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "chapters/08_translation/options.hpp"
#include "src/base/error.hpp"
#include "src/text/batches.hpp"

namespace transformer {
namespace {

constexpr Index most_lines_at_once = 64;

Vocabulary load_vocabulary(const RunPaths& run, const Checkpoint& checkpoint) {
  Vocabulary vocabulary = Vocabulary::load(run.vocabulary);
  const auto expected = checkpoint.metadata().find("vocabulary-digest");
  if (expected == checkpoint.metadata().end() || expected->second != vocabulary.digest()) {
    fail(ExitCode::bad_data,
         "{}: not the vocabulary that {} was trained with; put the original file back",
         run.vocabulary.string(), run.checkpoint.string());
  }
  return vocabulary;
}

std::string metadata_text(const Checkpoint& checkpoint, const std::string& key) {
  const auto found = checkpoint.metadata().find(key);
  return found == checkpoint.metadata().end() ? std::string() : found->second;
}

std::string lower_case(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

TrainedModel::TrainedModel(Vocabulary words, const ModelConfig& config, Splitting split,
                           std::uint64_t seed)
    : vocabulary(std::move(words)),
      splitting(split),
      store(seed),
      model(store, config, vocabulary.size()) {}

TrainedModel::TrainedModel(const RunPaths& run) : TrainedModel(run, Checkpoint(run.checkpoint)) {}

TrainedModel::TrainedModel(const RunPaths& run, const Checkpoint& checkpoint)
    : TrainedModel(load_vocabulary(run, checkpoint), model_config_of(checkpoint.metadata()),
                   splitting_of(metadata_text(checkpoint, "tokens")), 0) {
  checkpoint.load_into(store);
}

std::vector<TokenId> encode_line(const TrainedModel& trained, const std::string& line) {
  const Vocabulary& vocabulary = trained.vocabulary;
  const auto known = [&](std::string_view word) {
    return vocabulary.id(word) != Vocabulary::unknown;
  };
  std::vector<TokenId> ids;
  for (const std::string_view word : split(line, trained.splitting)) {
    const std::string lower = lower_case(word);
    if (known(word) || known(lower)) {
      ids.push_back(vocabulary.id(known(word) ? word : lower));
      continue;
    }
    const std::vector<std::string_view> parts = split(lower, Splitting::punctuation);
    if (std::all_of(parts.begin(), parts.end(), known)) {
      vocabulary.encode(parts, ids);
    } else {
      ids.push_back(Vocabulary::unknown);
    }
  }
  return ids;
}

std::string decode_line(const TrainedModel& trained, std::span<const TokenId> tokens) {
  const std::vector<std::string_view> words = trained.vocabulary.decode(tokens);
  if (trained.splitting == Splitting::punctuation) return join(words);
  return fmt::format("{}", fmt::join(words, " "));
}

std::vector<std::string> translate_lines(const TrainedModel& trained, Tape& tape,
                                         std::span<const std::string> lines,
                                         const BeamConfig& beam) {
  const auto most_tokens = static_cast<size_t>(trained.model.config().n_positions - 1);
  std::vector<std::vector<TokenId>> encoded;
  for (const std::string& line : lines) {
    encoded.push_back(encode_line(trained, line));
    if (encoded.back().size() <= most_tokens) continue;
    fmt::print(stderr, "warning: a line has {} tokens, the model has positions for {}; cut\n",
               encoded.back().size(), most_tokens);
    encoded.back().resize(most_tokens);
  }

  // Sentences of similar length share a batch: they finish together.
  std::vector<size_t> order;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!encoded[i].empty()) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return encoded[a].size() < encoded[b].size(); });

  std::vector<std::string> translated(lines.size());
  PackedSentences batch;
  for (size_t begin = 0; begin < order.size(); begin += most_lines_at_once) {
    const size_t end = std::min(order.size(), begin + most_lines_at_once);
    batch.clear();
    for (size_t i = begin; i < end; ++i) append_source(encoded[order[i]], batch);
    const std::vector<Translation> translations = beam_search(trained.model, tape, batch, beam);
    for (size_t i = begin; i < end; ++i) {
      translated[order[i]] = decode_line(trained, translations[i - begin].tokens);
    }
  }
  return translated;
}

}  // namespace transformer
