#include "src/base/philox.hpp"

#include <Random123/philox.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>
#include <vector>

using namespace transformer;

BOOST_AUTO_TEST_SUITE(philox_generator)

// The known answers that the authors of the generator publish (Random123's kat_vectors).
BOOST_AUTO_TEST_CASE(the_published_answers_come_out) {
  const auto answer = [](PhiloxWords counter, std::uint32_t key_0, std::uint32_t key_1) {
    return philox(counter, std::uint64_t{key_1} << 32 | key_0);
  };
  constexpr std::uint32_t ones = 0xFFFFFFFF;
  BOOST_TEST(answer({0, 0, 0, 0}, 0, 0) ==
             (PhiloxWords{0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8}));
  BOOST_TEST(answer({ones, ones, ones, ones}, ones, ones) ==
             (PhiloxWords{0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD}));
  BOOST_TEST(answer({0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344}, 0xA4093822, 0x299F31D0) ==
             (PhiloxWords{0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1}));
}

BOOST_AUTO_TEST_CASE(the_authors_own_code_gives_the_same_words) {
  const RandomKey source{.seed = 2024};
  for (std::uint64_t i = 0; i < 3000; i += 3) {
    // Counters and keys that are random themselves.
    const PhiloxWords counter = source.block(i), key = source.block(i + 1);
    const philox4x32_ctr_t their_counter = {{counter[0], counter[1], counter[2], counter[3]}};
    const philox4x32_key_t their_key = {{key[0], key[1]}};
    const philox4x32_ctr_t expected = philox4x32(their_counter, their_key);
    const PhiloxWords actual = philox(counter, std::uint64_t{key[1]} << 32 | key[0]);
    BOOST_TEST(std::equal(actual.begin(), actual.end(), expected.v));
  }
}

BOOST_AUTO_TEST_CASE(a_key_names_blocks_by_place_site_and_step) {
  const RandomKey key{.seed = 0xFEDCBA9876543210, .step = 11, .site = 22};
  const std::uint64_t far = (std::uint64_t{7} << 32) + 5;
  BOOST_TEST(key.block(far) == philox({5, 7, 22, 11}, 0xFEDCBA9876543210));
  for (std::uint64_t w = 0; w < 4; ++w) BOOST_TEST(key.word(4 * far + w) == key.block(far)[w]);
}

BOOST_AUTO_TEST_CASE(words_of_different_places_differ) {
  std::set<std::uint32_t> words;
  for (std::uint32_t step = 0; step < 10; ++step) {
    for (std::uint32_t site = 0; site < 10; ++site) {
      const RandomKey key{.seed = 1, .step = step, .site = site};
      for (std::uint64_t i = 0; i < 10; ++i) words.insert(key.word(i));
    }
  }
  BOOST_TEST(words.size() == 1000u);
}

BOOST_AUTO_TEST_CASE(floats_lie_in_the_unit_interval_without_one) {
  BOOST_TEST(unit_float(0) == 0.0f);
  BOOST_TEST(unit_float(0xFFFFFFFF) == 1.0f - 0x1p-24f);
  BOOST_TEST(unit_float(0x80000000) == 0.5f);
}

BOOST_AUTO_TEST_CASE(whole_numbers_stay_below_their_limit_and_are_evenly_spread) {
  const RandomKey key{.seed = 3};
  std::vector<int> counts(7);
  for (std::uint64_t i = 0; i < 70000; ++i) {
    const std::uint32_t n = key.below(i, 7);
    BOOST_REQUIRE(n < 7u);
    ++counts[n];
  }
  // Five standard deviations of 70000 draws with probability 1/7.
  for (const int count : counts) BOOST_TEST(std::abs(count - 10000) < 5 * 93);
  BOOST_TEST(key.below(0, 1) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
