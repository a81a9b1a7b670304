// One file of sentence pairs, as collections for learners export it, cut into texts to train on, to
// validate with, and to hold out.
#pragma once

#include <filesystem>
#include <string>

#include "src/data/parallel_corpus.hpp"

namespace transformer {

/// Where the three texts stand in a folder.
struct PairsFiles {
  ParallelFiles training, validation, held_out;
};

PairsFiles pairs_files(const std::filesystem::path& folder);

/// What became of the file's lines.
struct CutPairs {
  Index n_training = 0, n_validation = 0, n_held_out = 0;  ///< Pairs.
  bool had_byte_order_mark = false;
  Index n_half_blank = 0;         ///< Lines with one side alone, which were left out.
  Index n_with_more_columns = 0;  ///< Lines whose third column and so on were left out.
};

/// Reads lines `source TAB target` and writes the three texts into `folder`, two files each. One
/// source in twenty, at most a thousand, goes to validation, and as many are held out: which ones
/// depends on the sources alone, and all pairs of a source go to the same text. Lines of which
/// one side is blank, or both, are left out. Throws Error: no_input; bad_data where a line has no
/// TAB, where each line begins with a number, where a byte is not UTF-8, or where there are fewer
/// than three sources; others as writing a file does.
CutPairs cut_pairs(const std::filesystem::path& file, const std::filesystem::path& folder);

/// `pairs: 900 to train on, 50 to validate, 50 held out`, and what was left out.
std::string summary(const CutPairs& cut);

}  // namespace transformer
