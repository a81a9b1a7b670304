// Philox4x32-10 on whole registers: the same words as src/base/philox.hpp, many at a time.
#pragma once

#include <cstdint>

#include "src/base/philox.hpp"
#include "src/kernels/generic/vector.hpp"

namespace transformer::kernel {

/// One register of 64-bit lanes.
template <class Arch>
using Longs = simd::batch<std::uint64_t, Arch>;

// xsimd lacks two instructions that every instruction set has: the 64-bit product of the lower
// halves of two lanes, and the even or the odd lanes of two registers in turn.
namespace {

#if defined(__x86_64__)
inline __m128i low_product(__m128i a, __m128i b) { return _mm_mul_epu32(a, b); }
inline __m128i even_lanes(__m128i a, __m128i b) { return _mm_unpacklo_epi64(a, b); }
inline __m128i odd_lanes(__m128i a, __m128i b) { return _mm_unpackhi_epi64(a, b); }
#elif defined(__aarch64__)
inline uint64x2_t low_product(uint64x2_t a, uint64x2_t b) {
  return vmull_u32(vmovn_u64(a), vmovn_u64(b));
}
inline uint64x2_t even_lanes(uint64x2_t a, uint64x2_t b) { return vtrn1q_u64(a, b); }
inline uint64x2_t odd_lanes(uint64x2_t a, uint64x2_t b) { return vtrn2q_u64(a, b); }
#else
using TwoLongs = Longs<simd::Baseline>::register_type;
inline TwoLongs low_product(TwoLongs a, TwoLongs b) { return (a & 0xFFFFFFFF) * (b & 0xFFFFFFFF); }
inline TwoLongs even_lanes(TwoLongs a, TwoLongs b) { return TwoLongs{a[0], b[0]}; }
inline TwoLongs odd_lanes(TwoLongs a, TwoLongs b) { return TwoLongs{a[1], b[1]}; }
#endif
#ifdef __AVX2__
inline __m256i low_product(__m256i a, __m256i b) { return _mm256_mul_epu32(a, b); }
inline __m256i even_lanes(__m256i a, __m256i b) { return _mm256_unpacklo_epi64(a, b); }
inline __m256i odd_lanes(__m256i a, __m256i b) { return _mm256_unpackhi_epi64(a, b); }
#endif
#ifdef __AVX512F__
inline __m512i low_product(__m512i a, __m512i b) { return _mm512_mul_epu32(a, b); }
inline __m512i even_lanes(__m512i a, __m512i b) { return _mm512_unpacklo_epi64(a, b); }
inline __m512i odd_lanes(__m512i a, __m512i b) { return _mm512_unpackhi_epi64(a, b); }
#endif

}  // namespace

/// The stream of a key. One 64-bit lane holds one word of one block in its lower half; whatever
/// gets into the upper half is never read, since a product takes the lower halves only. With four
/// lanes, words 0 to 3 of blocks A B C D (AVX2), the lanes hold before and after `store`:
///   c0  A0 C0 B0 D0     words_01  A01 C01 B01 D01     first half   A01 A23 B01 B23
///   c1  A1 C1 B1 D1     words_23  A23 C23 B23 D23     second half  C01 C23 D01 D23
///   c2  A2 C2 B2 D2
///   c3  A3 C3 B3 D3
/// so that all words of a block lie side by side, and the blocks in their order.
template <class Arch>
class PhiloxStream {
 public:
  static constexpr Index block = 8;  ///< Half-words in a block of Philox.
  /// How many blocks of four words one call of `draw` makes: those of two registers, since one
  /// would often wait for its own products.
  static constexpr int n_groups = 2;
  static constexpr Index n_longs = static_cast<Index>(Longs<Arch>::size);
  static constexpr Index n_blocks = n_groups * n_longs;

  explicit PhiloxStream(const RandomKey& key) : site_(key.site), step_(key.step) {
    auto key_0 = static_cast<std::uint32_t>(key.seed);
    auto key_1 = static_cast<std::uint32_t>(key.seed >> 32);
    for (int round = 0; round < philox_n_rounds; ++round) {
      keys_0_[round] = Longs<Arch>(key_0);
      keys_1_[round] = Longs<Arch>(key_1);
      key_0 += philox_weyl_0;
      key_1 += philox_weyl_1;
    }
    // Even lanes hold the first half of the blocks and odd lanes the second, as `store` wants it.
    alignas(Arch::alignment()) std::uint64_t order[n_longs];
    for (Index lane = 0; lane < n_longs; ++lane) order[lane] = lane % 2 * (n_longs / 2) + lane / 2;
    order_ = Longs<Arch>::load_aligned(order);
  }

  /// The words of blocks first ... first + n_blocks - 1, in order, each as its lower half and its
  /// upper half.
  void draw(std::uint64_t first, std::uint16_t* half_words) const {
    const Longs<Arch> multiplier_0(std::uint64_t{philox_multiplier_0});
    const Longs<Arch> multiplier_1(std::uint64_t{philox_multiplier_1});
    // The counter's four words.
    Longs<Arch> c0[n_groups], c1[n_groups], c2[n_groups], c3[n_groups];
    for (int g = 0; g < n_groups; ++g) {
      c0[g] = order_ + Longs<Arch>(first + g * n_longs);
      c1[g] = c0[g] >> 32;
      c2[g] = site_;
      c3[g] = step_;
    }
    for (int round = 0; round < philox_n_rounds; ++round) {
      for (int g = 0; g < n_groups; ++g) {
        const Longs<Arch> product_0 = low_product(multiplier_0, c0[g]);
        const Longs<Arch> product_1 = low_product(multiplier_1, c2[g]);
        c0[g] = (product_1 >> 32) ^ c1[g] ^ keys_0_[round];
        c1[g] = product_1;
        c2[g] = (product_0 >> 32) ^ c3[g] ^ keys_1_[round];
        c3[g] = product_0;
      }
    }
    for (int g = 0; g < n_groups; ++g) {
      store(pair(c0[g], c1[g]), pair(c2[g], c3[g]), half_words + block * g * n_longs);
    }
  }

 private:
  /// The lower halves of two registers, as lower and upper halves of one.
  static Longs<Arch> pair(Longs<Arch> low, Longs<Arch> high) {
    return (low & Longs<Arch>(0xFFFFFFFFull)) | (high << 32);
  }
  static void store(Longs<Arch> words_01, Longs<Arch> words_23, std::uint16_t* half_words) {
    const Longs<Arch> first_half = even_lanes(words_01, words_23);
    const Longs<Arch> second_half = odd_lanes(words_01, words_23);
    __builtin_memcpy(half_words, &first_half, sizeof(first_half));
    __builtin_memcpy(half_words + block / 2 * n_longs, &second_half, sizeof(second_half));
  }

  Longs<Arch> keys_0_[philox_n_rounds];
  Longs<Arch> keys_1_[philox_n_rounds];
  Longs<Arch> site_, step_, order_;
};

}  // namespace transformer::kernel
