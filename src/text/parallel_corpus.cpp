#include "src/text/parallel_corpus.hpp"

#include <fmt/ranges.h>

#include <algorithm>

#include "src/base/error.hpp"

namespace transformer {
namespace {

[[noreturn]] void fail_unpaired(LineReader& source, LineReader& target) {
  // Count the longer file to its end, so that the message can say how far they are apart.
  const Index first = std::max(source.n_lines(), target.n_lines());
  std::string line;
  while (source.next(line)) continue;
  while (target.next(line)) continue;
  fail(ExitCode::bad_data, "{} has {} lines, {} {}; first unpaired line {}", source.name(),
       source.n_lines(), target.name(), target.n_lines(), first);
}

void require_pairs(const ParallelText& text, const LineReader& source, Index max_length) {
  if (!text.source.empty()) return;
  const ParallelTextCounts& counts = text.counts;
  if (counts.n_lines == 0) {
    fail(ExitCode::bad_data, "{}: the corpus is empty; name a file with sentences", source.name());
  }
  fail(ExitCode::bad_data,
       "{}: no sentence pair is left of {} ({} blank, {} longer than {} tokens); {}", source.name(),
       counts.n_lines, counts.n_blank, counts.n_too_long, max_length,
       counts.n_too_long > 0 ? "choose other files or a larger --n-positions"
                             : "choose other files");
}

std::string spaced(const std::vector<std::string_view>& tokens) {
  return fmt::format("{}", fmt::join(tokens, " "));
}

Index append_encoded(const std::vector<std::string>& sentences, const Vocabulary& vocabulary,
                     PackedSentences& packed) {
  Index n_unknown = 0;
  std::vector<std::string_view> tokens;
  for (const std::string& sentence : sentences) {
    split(sentence, Splitting::spaces, tokens);
    n_unknown += vocabulary.encode(tokens, packed.tokens);
    packed.end_sentence();
  }
  return n_unknown;
}

}  // namespace

ParallelText read_parallel_text(const std::filesystem::path& source,
                                const std::filesystem::path& target,
                                const ParallelTextOptions& options) {
  LineReader source_lines(source, options.invalid_utf8), target_lines(target, options.invalid_utf8);
  ParallelText text;
  std::string source_line, target_line;
  std::vector<std::string_view> source_tokens, target_tokens;
  for (;;) {
    const bool has_source = source_lines.next(source_line);
    const bool has_target = target_lines.next(target_line);
    if (has_source != has_target) fail_unpaired(source_lines, target_lines);
    if (!has_source) break;

    split(source_line, options.splitting, source_tokens);
    split(target_line, options.splitting, target_tokens);
    const auto longer = static_cast<Index>(std::max(source_tokens.size(), target_tokens.size()));
    if (source_tokens.empty() || target_tokens.empty()) {
      ++text.counts.n_blank;
    } else if (longer > options.max_length) {
      ++text.counts.n_too_long;
    } else {
      text.source.push_back(spaced(source_tokens));
      text.target.push_back(spaced(target_tokens));
    }
  }
  text.counts.n_lines = source_lines.n_lines();
  text.counts.n_replaced = source_lines.n_replaced() + target_lines.n_replaced();
  text.counts.longest_line_bytes =
      std::max(source_lines.longest_line(), target_lines.longest_line());
  require_pairs(text, source_lines, options.max_length);
  return text;
}

Vocabulary joint_vocabulary(const ParallelText& text, Index max_size, Index min_count) {
  TokenCounts counts;
  std::vector<std::string_view> tokens;
  for (const auto* side : {&text.source, &text.target}) {
    for (const std::string& sentence : *side) {
      split(sentence, Splitting::spaces, tokens);
      counts.add(tokens);
    }
  }
  return counts.vocabulary(max_size, min_count);
}

ParallelCorpus encode(const ParallelText& text, const Vocabulary& vocabulary) {
  ParallelCorpus corpus;
  corpus.n_unknown = append_encoded(text.source, vocabulary, corpus.source) +
                     append_encoded(text.target, vocabulary, corpus.target);
  return corpus;
}

}  // namespace transformer
