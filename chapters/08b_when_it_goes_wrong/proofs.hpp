// The tests that find the mistakes: a few lines each, for any translator, trained or not.
#pragma once

#include <string>
#include <vector>

#include "chapters/08b_when_it_goes_wrong/small_translator.hpp"

namespace transformer {

/// The places whose logits change where word t of a pair's target becomes another. Place t predicts
/// that word, so no place up to t may notice.
std::vector<Index> places_that_notice(const SmallTranslator& translator, const SentencePair& pair,
                                      size_t t, const std::string& other_word);

/// How far the logits of one target are apart under two sources. 0 means that the source is not
/// read, or not all of it: its order, for example.
double difference_by_source(const SmallTranslator& translator, const SentencePair& pair,
                            const std::string& other_source);

/// How far the logits of a pair are apart alone and beside a longer one: must be 0, up to rounding.
double difference_by_company(const SmallTranslator& translator, const SentencePair& pair,
                             const SentencePair& longer);

/// How far the log-probabilities of two translations of one line are apart: must be 0.
double difference_by_run(const SmallTranslator& translator, const std::string& line);

/// How far the log-probability of a translation is apart where it is written and where training's
/// way reads it: must be 0, up to rounding.
double difference_by_way(const SmallTranslator& translator, const std::string& line);

/// The variance of the scores of random queries and keys of width d_k, whose elements have mean 0
/// and variance 1: must be about 1.
double variance_of_scores(const SmallTranslator& translator, Index d_k);

/// What the model reads, in words: must be the line.
std::string as_read(const SmallTranslator& translator, const std::string& line);

}  // namespace transformer
