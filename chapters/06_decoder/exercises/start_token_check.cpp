// Checks start_token against the chapter's greedy decoding, with a trained model.
#include <algorithm>
#include <string>

#include "chapters/06_decoder/exercises/start_token.hpp"
#include "src/book/exercise.hpp"
#include "src/book/reference.hpp"
#include "src/text/batches.hpp"
#include "src/text/vocabulary.hpp"

namespace transformer {
namespace {

/// The small model of chapter 08 that writes words backwards.
struct TrainedModel {
  ReferenceCheck reference{reference_file("08_translation")};
  ParameterStore store{0};
  Transformer model{store,
                    {.d_model = reference.count("config/d_model"),
                     .d_ff = reference.count("config/d_ff"),
                     .n_heads = reference.count("config/n_heads"),
                     .n_layers = reference.count("config/n_layers"),
                     .p_drop = 0.0f,
                     .n_positions = 16},
                    Vocabulary::n_special + 14};

  TrainedModel() { reference.load_values(store); }
};

/// A row of 16 numbers: the letters as tokens, and then -1.
Matrix row_of(const std::vector<TokenId>& tokens) {
  Matrix row = zeros(1, 16) - 1.0f;
  for (size_t i = 0; i < std::min<size_t>(tokens.size(), 16); ++i) {
    row(0, i) = static_cast<float>(tokens[i]);
  }
  return row;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const TrainedModel trained;
  Exercise exercise("start_token");
  for (const std::string word : {"dog", "came", "fable", "lined"}) {
    std::vector<TokenId> letters;
    for (const char letter : word) letters.push_back(Vocabulary::n_special + (letter - 'a'));
    PackedSentences source;
    append_source(letters, source);
    Tape tape(Threads::serial());
    const Matrix expected = row_of(greedy_decode(trained.model, tape, source).front().tokens);
    const Matrix actual = row_of(exercise_translate(trained.model, tape, source, {}));
    exercise.expect("translation of " + word, view_of(actual), view_of(expected),
                    "which token did the decoder read first in training?");
  }
  return exercise.finish();
}
