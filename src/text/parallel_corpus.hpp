// Two files whose lines translate each other.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/base/index.hpp"
#include "src/text/lines.hpp"
#include "src/text/packed_batch.hpp"
#include "src/text/tokens.hpp"
#include "src/text/vocabulary.hpp"

namespace transformer {

/// How to read a pair of files.
struct ParallelTextOptions {
  Splitting splitting = Splitting::spaces;
  Index max_length = 100;  ///< Tokens of a sentence; pairs with a longer one are left out.
  InvalidUtf8 invalid_utf8 = InvalidUtf8::refuse;
};

/// What became of the lines.
struct ParallelTextCounts {
  Index n_lines = 0;     ///< In either file.
  Index n_blank = 0;     ///< Pairs left out because one side has no token.
  Index n_too_long = 0;  ///< Pairs left out because one side has too many.
  Index n_replaced = 0;  ///< Characters that were not UTF-8, where they may be replaced.
  Index longest_line_bytes = 0;
};

/// Sentence pairs as text, tokens separated by one space.
struct ParallelText {
  std::vector<std::string> source;  // (n_pairs)
  std::vector<std::string> target;  // (n_pairs)
  ParallelTextCounts counts;
};

/// Reads both files once, in step. Throws Error: no_input; bad_data when a byte is not UTF-8, when
/// the files differ in length (both counts and the first unpaired line are named), or when no pair
/// is left.
ParallelText read_parallel_text(const std::filesystem::path& source,
                                const std::filesystem::path& target,
                                const ParallelTextOptions& options = {});

/// The joint vocabulary of both sides (see `TokenCounts::vocabulary`).
Vocabulary joint_vocabulary(const ParallelText& text, Index max_size, Index min_count = 1);

/// Sentence pairs as token numbers, without begin and end marks.
struct ParallelCorpus {
  PackedSentences source;
  PackedSentences target;
  Index n_unknown = 0;  ///< Tokens that are not in the vocabulary.

  Index n_pairs() const { return source.n_sentences(); }
};

ParallelCorpus encode(const ParallelText& text, const Vocabulary& vocabulary);

}  // namespace transformer
