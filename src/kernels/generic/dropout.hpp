// Dropout of a row (section 5.4 of the paper), with random numbers that depend on the place only.
#pragma once

#include "src/kernels/generic/philox.hpp"
#include "src/kernels/generic/vector.hpp"
#include "src/kernels/row_table.hpp"

namespace transformer::kernel {

/// A register of half-words, each in a lane of its own.
template <class Arch>
simd::batch<std::uint32_t, Arch> widened(const std::uint16_t* half_words) {
  typename PlainVector<n_lanes<Arch>, std::uint16_t>::Register halves;
  __builtin_memcpy(&halves, half_words, sizeof(halves));
  using Wide = typename PlainVector<n_lanes<Arch>, std::uint32_t>::Register;
  const Wide wide = __builtin_convertvector(halves, Wide);
  simd::batch<std::uint32_t, Arch> lanes;
  __builtin_memcpy(&lanes, &wide, sizeof(lanes));
  return lanes;
}

/// Calls body(j, lanes, drop) for each register of a row whose first number is element `first`;
/// drop(v) is what dropout leaves of v.
template <class Arch, class Body>
void each_register_dropped(Index n, const DropoutRule& rule, std::uint64_t first, Body body) {
  using Words = simd::batch<std::uint32_t, Arch>;
  constexpr Index block = PhiloxStream<Arch>::block;
  constexpr Index n_drawn = block * PhiloxStream<Arch>::n_blocks;
  constexpr Index chunk = 1024;
  const PhiloxStream<Arch> stream(rule.key);
  const Floats<Arch> scale(rule.scale);
  const Words threshold(rule.threshold);

  for (Index begin = 0; begin < n; begin += chunk) {
    // Draw the chunk's half-words from the block on in which it starts.
    const Index length = n - begin < chunk ? n - begin : chunk;
    const std::uint64_t element = first + static_cast<std::uint64_t>(begin);
    const std::uint64_t first_block = element / block;
    const Index lead = static_cast<Index>(element % block);
    alignas(Arch::alignment()) std::uint16_t half_words[chunk + 2 * n_drawn];
    for (Index drawn = 0; drawn < lead + length; drawn += n_drawn) {
      stream.draw(first_block + static_cast<std::uint64_t>(drawn / block), half_words + drawn);
    }
    // Let them decide.
    each_register<Arch>(length, [&](Index j, auto lanes, auto) {
      const auto dropped = widened<Arch>(half_words + lead + j) < threshold;
      body(begin + j, lanes, [&](Floats<Arch> v) {
        const Words kept = simd::bits_as<std::uint32_t>(scale * v);
        return simd::bits_as<float>(simd::select(dropped, Words(0u), kept));
      });
    });
  }
}

/// y = dropout(x).
template <class Arch>
[[gnu::flatten]] void dropout(const float* x, Index n, const DropoutRule& rule, std::uint64_t first,
                              float* y) {
  each_register_dropped<Arch>(n, rule, first, [&](Index j, auto lanes, auto drop) {
    lanes.store(y + j, drop(lanes.load(x + j)));
  });
}

/// sum = x + dropout(sublayer).
template <class Arch>
[[gnu::flatten]] void residual_dropout(const float* x, const float* sublayer, Index n,
                                       const DropoutRule& rule, std::uint64_t first, float* sum) {
  each_register_dropped<Arch>(n, rule, first, [&](Index j, auto lanes, auto drop) {
    lanes.store(sum + j, lanes.load(x + j) + drop(lanes.load(sublayer + j)));
  });
}

}  // namespace transformer::kernel
