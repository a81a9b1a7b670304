// A small model that has learned something, for chapters that look at how a trained decoder works.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chapters/06_decoder/transformer.hpp"
#include "chapters/06_decoder/translation_batch.hpp"

namespace transformer {

/// A Transformer of two layers that writes words backwards: "dog" becomes "god". It was trained for
/// a few seconds, so it errs now and then; its parameters come with the references of chapter 08.
/// Its vocabulary is <unk>, <s>, </s> and the letters from a to n.
struct Reverser {
  Reverser();
  Reverser(const Reverser&) = delete;
  Reverser& operator=(const Reverser&) = delete;

  ParameterStore store{0};
  Transformer model;
};

/// The number of a letter from a to n, and all of a word.
TokenId token_of(char letter);
std::vector<TokenId> tokens_of(std::string_view word);

/// A token as the reader sees it: `<s>`, `</s>` or a letter; and those of a sentence.
std::string letter_of(TokenId token);
std::vector<std::string> letters_of(const std::vector<TokenId>& tokens);

/// What the model should write.
std::string backwards(std::string_view word);

/// Source and shifted target of one sentence pair.
TranslationBatch batch_of(std::string_view source, std::string_view target);

/// The logits of a whole batch. They stay valid until the tape begins anew.
ConstMatrixView logits_of(const Transformer& model, Tape& tape, const TranslationBatch& batch);

/// The word of the examples.
inline const std::string jackal = "jackal";

}  // namespace transformer
