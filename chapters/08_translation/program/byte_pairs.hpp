// Byte pair encoding (Sennrich, Haddow and Birch 2016), as small as it gets: to be read.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "src/base/index.hpp"

namespace transformer {

//! [byte_pairs]
using Pieces = std::vector<std::string>;
using Pair = std::pair<std::string, std::string>;

/// The words of a text in pieces, and how often each occurs.
using Words = std::map<Pieces, Index>;

/// Joins every place where the pair stands, from left to right.
inline Pieces merged(const Pieces& pieces, const Pair& pair) {
  Pieces result;
  for (const std::string& piece : pieces) {
    // What was joined just now is longer, so it is not taken for the pair's first half again.
    if (!result.empty() && result.back() == pair.first && piece == pair.second) {
      result.back() += piece;
    } else {
      result.push_back(piece);
    }
  }
  return result;
}

/// The pair of neighbours that occurs most often, and how often; of several, the last in the order
/// of the alphabet.
inline std::pair<Pair, Index> most_frequent_pair(const Words& words) {
  std::map<Pair, Index> counts;
  for (const auto& [pieces, count] : words) {
    for (size_t i = 1; i < pieces.size(); ++i) counts[{pieces[i - 1], pieces[i]}] += count;
  }
  std::pair<Pair, Index> best;
  for (const auto& [pair, count] : counts) {
    if (count >= best.second) best = {pair, count};
  }
  return best;
}

/// One step of learning: the words after the most frequent pair was joined everywhere.
inline Words after_merging(const Words& words, const Pair& pair) {
  Words result;
  for (const auto& [pieces, count] : words) result[merged(pieces, pair)] += count;
  return result;
}
//! [byte_pairs]

}  // namespace transformer
