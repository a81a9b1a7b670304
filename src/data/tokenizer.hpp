// How the lines of a corpus become tokens, and tokens lines.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/data/packed_sentences.hpp"
#include "src/data/vocabulary.hpp"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace transformer {

/// What the tokens of a line are.
enum class Splitting {
  spaces,       ///< What white space separates: for text that is tokenised already.
  pieces,       ///< The same, for words that were cut: `@@` ends a piece that goes on.
  punctuation,  ///< Words and marks, for text as people write it (`mark_joints`).
  bpe,          ///< Pieces that byte pair encoding learns, for the same (section 5.1).
  unigram,      ///< Pieces that a unigram model learns (Kudo 2018).
};

/// The names of all in their order, as on a command line and in a checkpoint.
inline const std::vector<std::string> splitting_names = {"spaces", "pieces", "punctuation", "bpe",
                                                         "unigram"};
std::string_view name_of(Splitting splitting);
/// Nothing for another word.
std::optional<Splitting> splitting_named(std::string_view name);
/// True where pieces are learned, by SentencePiece.
bool is_learned(Splitting splitting);

/// Gives one line after the other; false where there is none left.
using NextLine = std::function<bool(std::string& line)>;

class Tokenizer {
 public:
  /// One that learns nothing.
  explicit Tokenizer(Splitting splitting);
  /// One that has learned already, from `model()` of the one that did. Throws Error (bad_data),
  /// where `name` is what its message calls the model.
  Tokenizer(Splitting splitting, std::string model, const std::string& name);
  /// Learns from the lines of both languages, if there is anything to learn: at most `n_most`
  /// pieces, the special tokens included. The same lines give the same pieces. Throws Error
  /// (bad_data) where the lines have too little in them.
  static Tokenizer learned(Splitting splitting, const NextLine& next_line, Index n_most);

  Splitting splitting() const { return splitting_; }
  /// What was learned, as bytes; empty where nothing is learned.
  const std::string& model() const { return model_; }
  /// All pieces that were learned; nothing where any token may come.
  std::optional<Vocabulary> vocabulary() const;

  /// The tokens of a line of valid UTF-8, with one space between two.
  std::string tokens_of(std::string_view line) const;
  /// Each line as numbers of pieces, drawn anew for every seed: byte pair encoding leaves out a
  /// merge with probability alpha (BPE-dropout, Provilkov et al. 2020), a unigram model draws each
  /// way to cut a line in proportion to its probability to the power alpha (Kudo 2018). Where a
  /// line gets more than `most` pieces, it is cut as always. For learned pieces only.
  void sample(std::span<const std::string> lines, float alpha, std::uint32_t seed, size_t most,
              PackedSentences& sampled) const;
  /// The line that has these tokens, but for how much white space stands between two words.
  std::string text_of(std::span<const std::string_view> tokens) const;

 private:
  Splitting splitting_;
  std::string model_;
  std::shared_ptr<const sentencepiece::SentencePieceProcessor> pieces_;
};

}  // namespace transformer
