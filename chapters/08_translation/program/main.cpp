// Shows what surrounds the model in a translator: corpus and vocabulary, packed batches, BLEU,
// search, and a small translator trained in seconds. The translator itself is transformer.cpp.

#include "chapters/08_translation/program/demonstrations.hpp"
#include "chapters/08_translation/program/short_sentences.hpp"
#include "chapters/08_translation/program/take_away.hpp"
#include "src/book/scenes.hpp"

namespace transformer {
namespace {

const Chapter chapter = {
    "08_translation",
    "The translator's parts.",
    {{"corpus", "pairs of sentences", show_corpus},
     {"vocabulary",
      "words and their numbers",
      show_vocabulary,
      {{"sentence", "the black cat sees a zebra", "Words with spaces between them"}}},
     {"merges",
      "byte pairs being merged",
      show_merges,
      {{"words", "lowest slowest", "Words to cut into the pieces that were learned"}}},
     {"vocabulary_sizes", "what more merges make of the toy corpus", show_vocabulary_sizes},
     {"packing", "how much padding costs", show_packing},
     {"bleu", "BLEU step by step", show_bleu},
     {"bleu_of_what", "BLEU depends on what a word is", show_bleu_of_what},
     {"short_sentences", "a translator trained in seconds", show_short_sentences},
     {"learning_to_speak", "one sentence while it learned", show_learning_to_speak},
     {"greedy",
      "a sentence translated word by word",
      show_greedy,
      {{"sentence", "the cat sees the dog", "English words of the toy corpus"}}},
     {"take_away",
      "the same translator without positions, without warm-up, ...",
      show_take_away,
      {{"part", "all", "What is taken away: one name of the table"},
       {"seeds", "3", "Trainings of each, with seeds 1, 2, ..."}},
      true},
     {"beam_of_two",
      "a search with two hypotheses, step by step",
      show_beam_of_two,
      {{"word", "hlcjk", "Letters from a to n"}}},
     {"search", "greedy decoding and a beam", show_search, {{"beam", "4", "Hypotheses"}}},
     {"length_penalty",
      "what the length penalty changes",
      show_length_penalty,
      {{"word", "ifc", "Letters from a to n"}}},
     {"together",
      "several translators, apart and together",
      show_together,
      {{"models", "3", "How many, with seeds 1, 2, ..."},
       {"steps", "150", "Steps that each is trained for"}}},
     {"records", "what trainings on real text reached", show_records}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
