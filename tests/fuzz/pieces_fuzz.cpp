// Pieces that are learned from any lines, and models of pieces that somebody may have written.
#include <vector>

#include "src/data/lines.hpp"
#include "src/data/tokenizer.hpp"
#include "src/data/tokens.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace transformer;
using namespace transformer::fuzz;

namespace {

void learn_from(std::string_view text, Splitting splitting, Index n_most) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::string line(take_until('\n', text));
    replace_invalid_utf8(line);
    lines.push_back(normalised(line));
  }
  size_t next = 0;
  const NextLine next_line = [&](std::string& line) {
    if (next == lines.size()) return false;
    line = lines[next++];
    return true;
  };
  const Tokenizer tokenizer = Tokenizer::learned(splitting, next_line, n_most);
  tokenizer.vocabulary();
  for (const std::string& line : lines) {
    const std::string tokens = tokenizer.tokens_of(line);
    const std::string back = tokenizer.text_of(split(tokens));
    require(find_invalid_utf8(back) == back.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t n) {
  if (n < 2) return 0;
  const Splitting splitting = bytes[0] % 2 == 0 ? Splitting::bpe : Splitting::unigram;
  const std::string_view rest = text_of(bytes + 2, n - 2);
  allow_errors([&] { learn_from(rest, splitting, bytes[1]); });
  return 0;
}
