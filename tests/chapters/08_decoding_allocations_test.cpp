// Decoding allocates what it needs before the first token.
#include <limits>

#include "chapters/08_translation/beam_search.hpp"
#include "chapters/08_translation/ensemble_translations.hpp"
#include "tests/support/allocation_counter.hpp"
#include "tests/support/kernel_cases.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

const ModelConfig config = {
    .d_model = 64, .d_ff = 256, .n_heads = 4, .n_layers = 2, .p_drop = 0.0f, .n_positions = 64};

// No token ends a sentence, so the source's length decides that of the translation.
constexpr SentenceMarks no_end = {.begin = 1, .end = std::numeric_limits<TokenId>::max()};

}  // namespace

BOOST_AUTO_TEST_CASE(a_long_translation_allocates_no_more_than_a_short_one) {
  SmallModel small(config);
  for (const int n_threads : {1, 2}) {
    Threads threads(n_threads);
    Tape tape(threads);
    const auto check = [&](auto decode) {
      const auto allocations_for = [&](std::uint32_t length) {
        const PackedSentences source =
            random_sentences(1, {.n_sentences = 8, .shortest = length, .longest = length});
        std::vector<Translation> translations;
        const AllocationCount count = allocations_of([&] { translations = decode(source); });
        BOOST_TEST(std::ssize(translations[0].tokens) > std::int64_t{length});
        return count;
      };
      allocations_for(20);  // the arena grows
      const AllocationCount of_short = allocations_for(3), of_long = allocations_for(20);
      BOOST_TEST(of_long == of_short, of_long << " instead of " << of_short);
    };
    check([&](const PackedSentences& source) {
      return greedy_decode(small.model, tape, source, no_end);
    });
    check([&](const PackedSentences& source) {
      return beam_search(small.model, tape, source, {.size = 4}, no_end);
    });
    EnsembleTapes tapes(threads);
    const std::vector<const Transformer*> twice(2, &small.model);
    check([&](const PackedSentences& source) {
      EnsembleTranslations growing(twice, tapes, source, 4);
      return beam_search(growing, threads, {.size = 4}, no_end);
    });
  }
}
