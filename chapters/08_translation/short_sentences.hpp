// A translator of short sentences that is trained while a reader waits a few seconds.
#pragma once

#include <filesystem>

#include "src/text/parallel_corpus.hpp"

namespace transformer {

/// Trains a small model on the short pairs of the toy corpus, with progress on standard error;
/// prints how well it translates held-out ones, and draws where it looks: alignment.svg.
void show_short_sentences(const ParallelText& text, const Vocabulary& vocabulary,
                          const std::filesystem::path& figures);

}  // namespace transformer
