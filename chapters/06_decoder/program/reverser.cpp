#include "chapters/06_decoder/program/reverser.hpp"

#include "chapters/06_decoder/translation_batch.hpp"
#include "src/base/error.hpp"
#include "src/book/reference.hpp"
#include "src/data/vocabulary.hpp"

namespace transformer {
namespace {

constexpr std::string_view file_of_parameters = "08_translation";
constexpr Index n_letters = 14;

ModelConfig config_of(ReferenceCheck reference) {
  ModelConfig config{.p_drop = 0.0f};
  reference.read_settings(config);
  config.n_positions = 16;
  return config;
}

}  // namespace

Reverser::Reverser()
    : model(store, config_of(ReferenceCheck(reference_file(file_of_parameters))),
            Vocabulary::n_special + n_letters) {
  ReferenceCheck(reference_file(file_of_parameters)).load_values(store);
}

TokenId token_of(char letter) {
  if (letter < 'a' || letter >= 'a' + n_letters) {
    fail(ExitCode::usage, "the letter {} is not among the first {}; choose other words", letter,
         n_letters);
  }
  return Vocabulary::n_special + (letter - 'a');
}

std::vector<TokenId> tokens_of(std::string_view word) {
  std::vector<TokenId> tokens;
  for (const char letter : word) tokens.push_back(token_of(letter));
  return tokens;
}

std::string letter_of(TokenId token) {
  if (token == Vocabulary::sentence_begin) return "<s>";
  if (token == Vocabulary::sentence_end) return "</s>";
  if (token == Vocabulary::unknown) return "<unk>";
  return {static_cast<char>('a' + token - Vocabulary::n_special)};
}

std::vector<std::string> letters_of(const std::vector<TokenId>& tokens) {
  std::vector<std::string> letters;
  for (const TokenId token : tokens) letters.push_back(letter_of(token));
  return letters;
}

std::string backwards(std::string_view word) { return {word.rbegin(), word.rend()}; }

TranslationBatch batch_of(std::string_view source, std::string_view target) {
  TranslationBatch batch;
  append_pair(tokens_of(source), tokens_of(target), batch);
  return batch;
}

ConstMatrixView logits_of(const Transformer& model, Tape& tape, const TranslationBatch& batch) {
  tape.begin(Mode::inference);
  const Variable memory = model.encode(tape, batch.source);
  return model.logits(model.decode(batch.target_input, memory, batch.source.segments())).value();
}

}  // namespace transformer
