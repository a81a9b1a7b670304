// The toy corpus: English sentences and their French translations, in three parts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace transformer::toy {

struct SentencePair {
  std::string english, french;
};

struct Corpus {
  std::vector<SentencePair> train;
  std::vector<SentencePair> valid;  ///< Drawn as train is.
  std::vector<SentencePair> test;  ///< As valid, and `n_test_held_out` pairs with new combinations.
};

inline constexpr std::uint64_t corpus_seed = 2017;
inline constexpr std::size_t n_train = 23000;
inline constexpr std::size_t n_valid = 500;
inline constexpr std::size_t n_test = 500;
inline constexpr std::size_t n_test_held_out = 200;  ///< See held_out.hpp.
inline constexpr std::size_t shortest = 3;           ///< In words, on each side.
inline constexpr std::size_t longest = 14;

/// Draws sentences until every part is full. No English sentence comes twice in the corpus.
Corpus make_corpus(std::uint64_t seed = corpus_seed);

}  // namespace transformer::toy
