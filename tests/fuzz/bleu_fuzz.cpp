// Scores of any two texts.
#include <cmath>
#include <vector>

#include "chapters/08_translation/bleu.hpp"
#include "chapters/08_translation/chrf.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace transformer;
using namespace transformer::fuzz;

namespace {

void require_score(double score) { require(0.0 <= score && score <= 100.0 + 1e-9); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t n) {
  std::string_view text = text_of(bytes, n);
  std::vector<std::string> hypotheses, references;
  while (!text.empty()) {
    hypotheses.emplace_back(take_until('\n', text));
    references.emplace_back(take_until('\n', text));
  }
  allow_errors([&] {
    for (const BleuTokenizer tokenizer : {BleuTokenizer::none, BleuTokenizer::mteval_v13a}) {
      require_score(bleu(hypotheses, references, tokenizer).score);
      const double same = bleu(references, references, tokenizer).score;
      require(same == 0.0 || std::abs(same - 100.0) < 1e-9);
    }
    require_score(chrf(hypotheses, references));
    require_score(exact_match(hypotheses, references));
  });
  return 0;
}
