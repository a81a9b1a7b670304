// Shows additive attention: from a mixture of all states to a learned one, its gradients, its cell,
// what it looks at, and races of five models.
#include "chapters/10_additive_attention/program/demonstrations.hpp"

namespace transformer {
namespace {

const Chapter chapter = {
    "10_additive_attention",
    "Additive attention, and a race from recurrent networks to the Transformer.",
    {{"by_hand", "one look at three words, with every number", show_by_hand},
     {"receipts", "the gradients of a look, found in three ways", show_receipts},
     {"gru", "Bahdanau's cell beside PyTorch's", show_gru},
     {"combinations",
      "words written backwards from one vector, from the mean and from a learned mixture",
      show_combinations,
      {{"steps", "300", "Training steps"}}},
     {"reversal", "where it looks while it writes a word backwards", show_reversal},
     {"first_steps", "a score that begins with v = 0", show_first_steps},
     {"overflow", "a softmax without its maximum", show_overflow},
     {"race",
      "recurrent networks, attention and the Transformer on one corpus",
      show_race,
      {{"steps", "900", "Updates of each model"}, {"seeds", "5", "Runs of each model"}},
      true},
     {"race_on_text",
      "the same five on text of yours, so many minutes each",
      show_race_on_text,
      {{"source", "", "Training text, a sentence a line (the toy's where nothing is said)"},
       {"target", "", "Its translation, line by line"},
       {"valid-source", "", "Held-out sentences (the toy's)"},
       {"valid-target", "", "Their translation"},
       {"tokens", "punctuation", "What a line consists of: spaces, pieces or punctuation"},
       {"minutes", "10", "Of training, for each model"}},
      true}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
