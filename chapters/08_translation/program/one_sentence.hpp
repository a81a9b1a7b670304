// The picture of one sentence on its way through the whole model.
#pragma once

#include <string>

#include "chapters/08_translation/trained_model.hpp"

namespace transformer {

/// The source and the first words of its translation, `written`, with the begin mark: as numbers,
/// as vectors, after the encoder and the decoder, and what is likely next. Neither may have more
/// than six tokens, or the picture shows the first six.
std::string one_sentence_picture(const TrainedModel& trained, const PackedSentences& source,
                                 const PackedSentences& written);

}  // namespace transformer
