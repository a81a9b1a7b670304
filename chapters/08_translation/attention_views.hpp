// Looking into a trained translator: what each of its attentions did with a sentence.
#pragma once

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

/// Draws, as SVG, where each word of a greedy translation looks in the source: the cross-attention
/// of the last decoder layer, one panel a head.
std::string attention_picture(const TrainedModel& trained, Tape& tape, const std::string& source);

}  // namespace transformer
