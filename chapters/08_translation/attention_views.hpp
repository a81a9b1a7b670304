// Looking into a trained translator: what each of its attentions did with a sentence.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "chapters/08_translation/beam_search.hpp"
#include "chapters/08_translation/trained_model.hpp"
#include "src/book/trace.hpp"

namespace transformer {

/// Translates a sentence and gives the queries, keys and values of every attention and the rows
/// around it, in the order in which the model works them out: encoder, then decoder, layer by
/// layer; and the five most probable tokens of each place. A sentence with more tokens than the
/// model has positions for is cut.
Trace trace_translation(const TrainedModel& trained, Tape& tape, const std::string& source,
                        const BeamConfig& beam);

/// The most probable of the tokens that may come next, at most n of them, the most probable first.
std::vector<TracedCandidate> most_probable(const TrainedModel& trained,
                                           std::span<const float> logits, size_t n);

/// Draws, as SVG, where each word of a greedy translation looks in the source: the cross-attention
/// of the last decoder layer, one panel a head.
std::string attention_picture(const TrainedModel& trained, Tape& tape, const std::string& source);

}  // namespace transformer
