#include "src/data/parallel_corpus.hpp"

#include <algorithm>
#include <utility>

#include "src/base/error.hpp"
#include "src/data/tokens.hpp"
#include "src/io/digest.hpp"

namespace transformer {
namespace {

void require_pairs(const ParallelText& text, const LineReader& source, Index max_length) {
  if (text.n_pairs() > 0) return;
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

bool has_pieces(std::string_view line) { return line.find("@@ ") != line.npos; }

void append(const std::vector<std::string_view>& tokens, TokenCounts& counts,
            PackedSentences& sentences) {
  for (const std::string_view token : tokens) sentences.push(counts.add(token));
  sentences.end_sentence();
}

}  // namespace

ParallelText read_parallel_text(const ParallelFiles& files, const ParallelTextOptions& options) {
  LineReader source(files.source), target(files.target);
  ParallelText text;
  std::string source_line, target_line;
  std::vector<std::string_view> source_tokens, target_tokens;
  while (next_pair(source, target, source_line, target_line)) {
    text.counts.n_with_pieces += has_pieces(source_line) || has_pieces(target_line);
    source_line = options.tokenizer.tokens_of(normalised(std::move(source_line)));
    target_line = options.tokenizer.tokens_of(normalised(std::move(target_line)));
    split(source_line, source_tokens);
    split(target_line, target_tokens);
    const auto longer = static_cast<Index>(std::max(source_tokens.size(), target_tokens.size()));
    if (source_tokens.empty() || target_tokens.empty()) {
      ++text.counts.n_blank;
    } else if (longer > options.max_length) {
      ++text.counts.n_too_long;
    } else {
      append(source_tokens, text.tokens, text.source);
      append(target_tokens, text.tokens, text.target);
    }
  }
  text.counts.n_lines = source.n_lines();
  text.counts.n_byte_order_marks = source.had_byte_order_mark() + target.had_byte_order_mark();
  text.counts.longest_line_bytes = std::max(source.longest_line(), target.longest_line());
  require_pairs(text, source, options.max_length);
  return text;
}

std::vector<std::string> lines_of(const ParallelText& text, const PackedSentences& side) {
  std::vector<std::string> lines;
  std::vector<std::string_view> tokens;
  for (Index s = 0; s < side.n_sentences(); ++s) {
    tokens.clear();
    for (const TokenId number : side.sentence(s)) tokens.push_back(text.tokens.token(number));
    lines.push_back(with_spaces(tokens));
  }
  return lines;
}

std::string digest_of(const ParallelText& text) {
  Digest digest;
  for (const PackedSentences* side : {&text.source, &text.target}) {
    for (const std::string& line : lines_of(text, *side)) digest.update(line).update("\n");
  }
  return digest.hex();
}

ParallelCorpus encode(const ParallelText& text, const Vocabulary& vocabulary) {
  std::vector<TokenId> ids;
  for (TokenId number = 0; number < text.tokens.n_different(); ++number) {
    ids.push_back(vocabulary.id(text.tokens.token(number)));
  }
  ParallelCorpus corpus{text.source, text.target};
  for (PackedSentences* side : {&corpus.source, &corpus.target}) {
    for (TokenId& token : side->tokens) {
      token = ids[static_cast<size_t>(token)];
      corpus.n_unknown += token == Vocabulary::unknown;
    }
  }
  return corpus;
}

}  // namespace transformer
