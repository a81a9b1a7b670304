// What the chapter's program shows of corpus, score and search.
#pragma once

#include <filesystem>

#include "src/text/parallel_corpus.hpp"

namespace transformer {

/// Prints the toy corpus, its joint vocabulary, and a sentence as token numbers.
void show_corpus(const ParallelText& text, const Vocabulary& vocabulary);

/// Prints how much of a padded batch is padding, and draws one: padding.svg.
void show_packing(const ParallelCorpus& corpus, const std::filesystem::path& figures);

/// Prints BLEU of one sentence worked out step by step, and how it depends on what a word is.
void show_bleu();

/// Prints what greedy decoding and a beam find, and what the length penalty changes.
void show_search();

}  // namespace transformer
