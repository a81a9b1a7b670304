// A translator of short sentences that is trained while a reader waits a few seconds.
#pragma once

#include "chapters/08_translation/trained_model.hpp"
#include "src/book/scenes.hpp"
#include "src/data/parallel_corpus.hpp"

namespace transformer {

/// The pairs with at most `most_words` words on the source side.
ParallelText short_pairs(const ParallelText& text, Index most_words);
/// The toy's held-out pairs.
ParallelText held_out_text();

/// A small model, trained on the short pairs of the toy corpus with progress on standard error: how
/// well it translates held-out ones; figure alignment.
void show_short_sentences(const SceneRequest&);

/// What it makes of one sentence while it learns.
void show_learning_to_speak(const SceneRequest&);

/// A sentence translated word by word, with the three most likely words of each step.
void show_greedy(const SceneRequest&);

/// The same with a beam of two: what grows, what has ended, and when the search stops.
void show_beam_of_two(const SceneRequest&);

/// The model of these scenes, trained once.
const TrainedModel& short_translator_model();
/// A sentence for it. Throws Error (usage) where it has no words or too many.
PackedSentences source_for(const TrainedModel& trained, const std::string& sentence);

}  // namespace transformer
