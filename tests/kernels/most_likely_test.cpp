// The largest logits of a row, against sorting all of them.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "src/kernels/kernels.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

BOOST_AUTO_TEST_SUITE(most_likely_tokens)

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

std::span<const float> row_of(const Matrix& logits) { return {logits.data(), logits.size()}; }

/// The tokens of the k largest logits above a bound, by sorting.
std::vector<TokenId> sorted(std::span<const float> logits, size_t k, float above) {
  std::vector<TokenId> tokens(logits.size());
  std::iota(tokens.begin(), tokens.end(), 0);
  std::erase_if(tokens, [&](TokenId t) { return !(logits[static_cast<size_t>(t)] > above); });
  std::stable_sort(tokens.begin(), tokens.end(), [&](TokenId a, TokenId b) {
    return logits[static_cast<size_t>(a)] > logits[static_cast<size_t>(b)];
  });
  tokens.resize(std::min(k, tokens.size()));
  return tokens;
}

std::vector<TokenId> found(std::span<const float> logits, size_t k, float above = -infinity) {
  std::vector<Likely> room(k);
  std::vector<TokenId> tokens;
  for (const Likely& each : most_likely(logits, room, above)) {
    BOOST_TEST(each.logit == logits[static_cast<size_t>(each.token)]);
    tokens.push_back(each.token);
  }
  return tokens;
}

}  // namespace

BOOST_AUTO_TEST_CASE(they_are_the_first_ones_of_all_sorted) {
  under_every_instruction_set([] {
    for (const Index n : {1, 2, 63, 64, 65, 200, 3000}) {
      Matrix logits = random_matrix({1, n}, static_cast<std::uint64_t>(n));
      // Rounded, so that many are equal.
      for (float& logit : logits) logit = std::round(4 * logit);
      for (Index i = 3; i < n; i += 7) logits(0, i) = std::nanf("");
      for (const size_t k : {1, 2, 8, 100}) {
        for (const float above : {-infinity, 0.0f, 7.0f, 8.0f}) {
          BOOST_TEST_CONTEXT("the " << k << " largest of " << n << " above " << above) {
            BOOST_TEST(found(row_of(logits), k, above) == sorted(row_of(logits), k, above),
                       boost::test_tools::per_element());
          }
        }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_token_that_is_forbidden_or_no_number_is_none_of_them) {
  under_every_instruction_set([] {
    const std::vector<float> logits = {-infinity, std::nanf(""), -3.0f, std::nanf(""), 2.0f};
    BOOST_TEST(found(logits, 5) == (std::vector<TokenId>{4, 2}), boost::test_tools::per_element());
    BOOST_TEST(most_likely(logits) == 4);
    BOOST_TEST(found(logits, 0).empty());
    BOOST_TEST(found({}, 3).empty());
  });
}

BOOST_AUTO_TEST_CASE(the_first_of_equal_ones_is_the_most_likely) {
  under_every_instruction_set([] {
    BOOST_TEST(most_likely(std::vector<float>{1.0f, 5.0f, 5.0f, -1.0f}) == 1);
    BOOST_TEST(most_likely(std::vector<float>{-infinity, -infinity}) == 0);
  });
}

BOOST_AUTO_TEST_SUITE_END()
