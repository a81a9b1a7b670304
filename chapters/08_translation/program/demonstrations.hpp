// What the chapter's program shows of the corpus (corpus.cpp), of subwords (subwords.cpp), of score
// and search (bleu_and_search.cpp, beam_of_two.cpp), of trainings on real text (records.cpp).
#pragma once

#include "src/book/scenes.hpp"
#include "src/data/parallel_corpus.hpp"

namespace transformer {

/// The toy corpus, and the joint vocabulary of its two languages.
struct ToyCorpus {
  ParallelText text;
  Vocabulary vocabulary;
};
const ToyCorpus& toy_corpus();

/// The first pairs of the toy corpus; a sentence as token numbers.
void show_corpus(const SceneRequest&);
void show_vocabulary(const SceneRequest&);

/// Pairs being merged, and what more merges make of the toy corpus.
void show_merges(const SceneRequest&);
void show_vocabulary_sizes(const SceneRequest&);

/// How much of a padded batch is padding; figure padding.
void show_packing(const SceneRequest&);

/// BLEU of one sentence worked out step by step, and how it depends on what a word is.
void show_bleu(const SceneRequest&);
void show_bleu_of_what(const SceneRequest&);

/// A beam of two, step by step: what grows, what has ended, and when the search stops.
void show_beam_of_two(const SceneRequest&);

/// What greedy decoding and a beam find, and what the length penalty changes.
void show_search(const SceneRequest&);
void show_length_penalty(const SceneRequest&);

/// BLEU on Multi30k by recipe: means over seeds, and their range. Throws (bad_data) where the table
/// of the trainings is not one.
void show_records(const SceneRequest&);

}  // namespace transformer
