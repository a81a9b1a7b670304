// One size after the other grows, and everything else stays.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "bench/programs.hpp"

namespace transformer::bench {

struct GrowingSize {
  std::string name, meaning;
  std::vector<Index> values;
};

/// What grows from a step of 32 sentences of 16 tokens, d_model 128, two layers, on one thread.
inline const std::vector<GrowingSize>& growing_sizes() {
  static const std::vector<GrowingSize> all = {
      {"sentences", "sentences of a batch", {1, 4, 16, 64, 256}},
      {"length", "tokens of a sentence", {4, 16, 64, 256, 1024}},
      {"width", "d_model", {32, 64, 128, 256, 512, 1024}},
      {"layers", "layers", {1, 2, 4, 8}},
      {"threads", "threads", {1, 2}}};
  return all;
}

/// `growth/width/64/threads:1`; of threads, `growth/threads/2/threads:2`.
inline std::string growth_name(const GrowingSize& size, Index n) {
  return with_threads(fmt::format("growth/{}/{}", size.name, n),
                      size.name == "threads" ? static_cast<int>(n) : 1);
}

}  // namespace transformer::bench
