// Two files whose lines translate each other.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/base/index.hpp"
#include "src/data/lines.hpp"
#include "src/data/packed_sentences.hpp"
#include "src/data/tokenizer.hpp"
#include "src/data/vocabulary.hpp"

namespace transformer {

/// Two line-aligned files: line i of one translates line i of the other.
struct ParallelFiles {
  std::filesystem::path source;
  std::filesystem::path target;

  bool given() const { return !source.empty() && !target.empty(); }
};

/// How to read a pair of files.
struct ParallelTextOptions {
  Tokenizer tokenizer{Splitting::spaces};
  Index max_length = 100;  ///< Tokens of a sentence; pairs with a longer one are left out.
};

/// What became of the lines.
struct ParallelTextCounts {
  Index n_lines = 0;             ///< In either file.
  Index n_blank = 0;             ///< Pairs left out because one side has no token.
  Index n_too_long = 0;          ///< Pairs left out because one side has too many.
  Index n_byte_order_marks = 0;  ///< Of the two files.
  Index n_with_pieces = 0;       ///< Lines in which `@@ ` says that a word goes on.
  Index longest_line_bytes = 0;
};

/// Sentence pairs as numbers of `tokens`, which both sides share.
struct ParallelText {
  TokenCounts tokens;
  PackedSentences source;
  PackedSentences target;
  ParallelTextCounts counts;

  Index n_pairs() const { return source.n_sentences(); }
};

/// Reads both files once, in step. Throws Error: no_input; bad_data when a byte is not UTF-8, when
/// the files differ in length (both counts and the first unpaired line are named), or when no pair
/// is left.
ParallelText read_parallel_text(const ParallelFiles& files,
                                const ParallelTextOptions& options = {});

/// The sentences of one of its sides as lines, tokens separated by one space.
std::vector<std::string> lines_of(const ParallelText& text, const PackedSentences& side);

/// A fingerprint of all sentences: the digest of the source's lines and then the target's, each
/// with its LF.
std::string digest_of(const ParallelText& text);

/// Sentence pairs as token numbers of a vocabulary, without begin and end marks.
struct ParallelCorpus {
  PackedSentences source;
  PackedSentences target;
  Index n_unknown = 0;  ///< Tokens that are not in the vocabulary.

  Index n_pairs() const { return source.n_sentences(); }
  /// The share of its tokens that are not in the vocabulary, in percent.
  double percent_unknown() const {
    const auto n_tokens = static_cast<double>(source.n_tokens() + target.n_tokens());
    return n_tokens > 0 ? 100.0 * static_cast<double>(n_unknown) / n_tokens : 0.0;
  }
};

ParallelCorpus encode(const ParallelText& text, const Vocabulary& vocabulary);

}  // namespace transformer
