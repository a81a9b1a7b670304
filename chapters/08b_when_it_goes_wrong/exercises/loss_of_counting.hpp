// Write: the loss of one who has only counted.
//
// A translator that uses nothing of its sentences can still count how often each token occurs, and
// give every token that probability, at every place. What is its mean loss? A training that stays
// at this number has learned to count.
#pragma once

#include <string>
#include <vector>

namespace transformer {

/// The mean of -ln p over all places of these targets, where p is the share of the place's token
/// among all places. The end of each sentence is a place too.
double loss_of_counting(const std::vector<std::vector<std::string>>& targets);

}  // namespace transformer
