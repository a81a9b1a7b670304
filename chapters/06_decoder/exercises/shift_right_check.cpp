// Checks shift_right against the batches that the chapter's model is trained on.
#include <algorithm>

#include "chapters/06_decoder/exercises/shift_right.hpp"
#include "chapters/06_decoder/translation_batch.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// The tokens as a row of `length` numbers; -1 where there is no token.
Matrix row_of(std::span<const TokenId> tokens, size_t length) {
  Matrix row = zeros(1, static_cast<Index>(length));
  for (size_t i = 0; i < length; ++i) {
    row(0, i) = i < tokens.size() ? static_cast<float>(tokens[i]) : -1.0f;
  }
  return row;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const std::vector<TokenId> source = {5, 6}, target = {7, 3, 9, 4};
  TranslationBatch batch;
  append_pair(source, target, batch);
  const std::vector<TokenId> input = exercise_decoder_input(target, SentenceMarks{});

  Exercise exercise("shift_right");
  const size_t length = batch.target_output.size();
  exercise.expect("number of tokens", static_cast<double>(input.size()),
                  static_cast<double>(length), "one for each token to be predicted");
  double n_given_away = 0;
  for (size_t i = 0; i < std::min(length, input.size()); ++i) {
    n_given_away += input[i] == batch.target_output[i];
  }
  exercise.expect("places where the input is the token to be predicted", n_given_away, 0,
                  "at place 0 nothing has been said yet: what does the decoder read there?");
  const Matrix actual = row_of(input, length);
  const Matrix expected = row_of(batch.target_input.tokens, length);
  exercise.expect("tokens", view_of(actual), view_of(expected),
                  "<s> y_1 ... y_m is read while y_1 ... y_m </s> is predicted");
  return exercise.finish();
}
