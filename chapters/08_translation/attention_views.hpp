// Looking into a trained translator: what each of its attentions did with a sentence.
#pragma once

#include <string>
#include <vector>

#include "chapters/08_translation/trained_model.hpp"
#include "src/book/trace.hpp"

namespace transformer {

/// Translates a sentence and gives the queries, keys and values of every attention, in the order in
/// which the model works them out: encoder, then decoder, layer by layer. A sentence with more
/// tokens than the model has positions for is cut.
std::vector<TracedAttention> trace_translation(const TrainedModel& trained, Tape& tape,
                                               const std::string& source);

/// Draws, as SVG, where each word of a translation looks in the source: the cross-attention of the
/// last decoder layer, one panel a head.
std::string attention_picture(const TrainedModel& trained, Tape& tape, const std::string& source);

}  // namespace transformer
