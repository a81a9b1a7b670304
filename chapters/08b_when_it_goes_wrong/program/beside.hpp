// A mistake beside the right translator.
#pragma once

#include <string>
#include <vector>

#include "chapters/08b_when_it_goes_wrong/program/learners.hpp"

namespace transformer {

/// The name of a translator as the page writes it: "no_causal_mask" as "no causal mask".
std::string readable(const std::string& name);

/// The right translator that one is to be set beside: the one whose numbers it has, or "right".
std::string right_one(const std::string& name);

/// Lets a translator learn beside the right one, and prints of both the loss on the way and on new
/// sentences, how many of those are right, and what becomes of some sources.
void show_beside_right(const std::string& name, const std::vector<std::string>& sources);

/// Prints what a test finds on both: a line each.
void show_found(const std::string& name, const std::string& what,
                FunctionRef<std::string(const SmallTranslator&)> test);

/// What it writes for one line; "(nothing)" where it is empty.
std::string translation_of(const SmallTranslator& translator, const std::string& line,
                           std::uint64_t seed = 1);

/// A difference as a test tells it: 0, rounding as "rounding", else with two digits.
std::string difference_text(double difference);

}  // namespace transformer
