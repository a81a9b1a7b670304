// Random numbers from a counter: Philox4x32-10 (Salmon et al. 2011, "Parallel Random Numbers: As
// Easy as 1, 2, 3"). A number depends on its key and its place only, never on who draws first.
#pragma once

#include <array>
#include <cstdint>

namespace transformer {

/// Four 32-bit words: a counter, or what the generator makes of it.
using PhiloxWords = std::array<std::uint32_t, 4>;

inline constexpr std::uint32_t philox_multiplier_0 = 0xD2511F53;
inline constexpr std::uint32_t philox_multiplier_1 = 0xCD9E8D57;
inline constexpr std::uint32_t philox_weyl_0 = 0x9E3779B9;
inline constexpr std::uint32_t philox_weyl_1 = 0xBB67AE85;
inline constexpr int philox_n_rounds = 10;

/// Ten rounds of Philox4x32 on `counter` under the 64-bit `key`.
constexpr PhiloxWords philox(PhiloxWords counter, std::uint64_t key) {
  auto key_0 = static_cast<std::uint32_t>(key);
  auto key_1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < philox_n_rounds; ++round) {
    const std::uint64_t product_0 = std::uint64_t{philox_multiplier_0} * counter[0];
    const std::uint64_t product_1 = std::uint64_t{philox_multiplier_1} * counter[2];
    counter = {static_cast<std::uint32_t>(product_1 >> 32) ^ counter[1] ^ key_0,
               static_cast<std::uint32_t>(product_1),
               static_cast<std::uint32_t>(product_0 >> 32) ^ counter[3] ^ key_1,
               static_cast<std::uint32_t>(product_0)};
    key_0 += philox_weyl_0;
    key_1 += philox_weyl_1;
  }
  return counter;
}

/// A float in [0, 1) with 24 random bits.
constexpr float unit_float(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24f; }

/// Names one stream of random numbers: which run, which training step, which place in the program.
/// Word w of block i is `philox({i_low, i_high, site, step}, seed)[w]`.
struct RandomKey {
  std::uint64_t seed = 0;
  std::uint32_t step = 0;
  std::uint32_t site = 0;

  /// The four random words of block `i`.
  constexpr PhiloxWords block(std::uint64_t i) const {
    return philox({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i >> 32), site, step},
                  seed);
  }
  /// The i-th random word of the stream.
  constexpr std::uint32_t word(std::uint64_t i) const { return block(i / 4)[i % 4]; }
  /// Sixteen random bits: the lower half of word i / 2 where i is even, else the upper half.
  constexpr std::uint16_t half_word(std::uint64_t i) const {
    return static_cast<std::uint16_t>(word(i / 2) >> (i % 2 * 16));
  }

  /// A whole number in [0, n), for 0 < n < 2^32 (Lemire's multiply-shift; bias below n / 2^32).
  constexpr std::uint32_t below(std::uint64_t i, std::uint32_t n) const {
    return static_cast<std::uint32_t>((std::uint64_t{word(i)} * n) >> 32);
  }
};

}  // namespace transformer
