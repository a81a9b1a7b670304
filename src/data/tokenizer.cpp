#include "src/data/tokenizer.hpp"

#include <fmt/ranges.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <future>
#include <utility>

#include "src/base/error.hpp"
#include "src/data/tokens.hpp"

namespace transformer {
namespace {

// SentencePiece writes it for a space.
constexpr std::string_view space_mark = "\u2581";
constexpr size_t npos = std::string_view::npos;

/// Whether a line has nothing that pieces are made of: to SentencePiece the mark is a space.
bool is_only_spaces(std::string_view line) {
  while (!line.empty() && (line.front() == ' ' || line.starts_with(space_mark))) {
    line.remove_prefix(line.front() == ' ' ? 1 : space_mark.size());
  }
  return line.empty();
}

/// Hands our lines to SentencePiece, one space between two words. It ends the program where it
/// learns a unigram model from lines of spaces alone: these are left out.
class Lines : public sentencepiece::SentenceIterator {
 public:
  explicit Lines(const NextLine& next_line) : next_line_(next_line) { Lines::Next(); }

  bool done() const override { return is_done_; }
  void Next() override {
    do {
      is_done_ = !next_line_(line_);
      if (!is_done_) line_ = with_spaces(split(line_));
    } while (!is_done_ && is_only_spaces(line_));
  }
  const std::string& value() const override { return line_; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  const NextLine& next_line_;
  std::string line_;
  bool is_done_ = false;
};

}  // namespace

std::string_view name_of(Splitting splitting) {
  return splitting_names[static_cast<size_t>(splitting)];
}

std::optional<Splitting> splitting_named(std::string_view name) {
  for (size_t i = 0; i < splitting_names.size(); ++i) {
    if (splitting_names[i] == name) return static_cast<Splitting>(i);
  }
  return {};
}

bool is_learned(Splitting splitting) {
  return splitting == Splitting::bpe || splitting == Splitting::unigram;
}

Tokenizer::Tokenizer(Splitting splitting) : splitting_(splitting) {}

Tokenizer::Tokenizer(Splitting splitting, std::string model, const std::string& name)
    : splitting_(splitting), model_(std::move(model)) {
  const auto pieces = std::make_shared<sentencepiece::SentencePieceProcessor>();
  const auto status = pieces->LoadFromSerializedProto(model_);
  if (!status.ok()) fail(ExitCode::bad_data, "{}: {}; use another copy", name, status.message());
  pieces_ = pieces;
}

Tokenizer Tokenizer::learned(Splitting splitting, const NextLine& next_line, Index n_most) {
  if (!is_learned(splitting)) return Tokenizer(splitting);
  Lines lines(next_line);
  if (lines.done()) {
    fail(ExitCode::bad_data, "no pieces can be learned: the text has no words; choose another");
  }
  std::string model;
  // Our vocabulary has the same special tokens. One thread, so that sums are added in one order.
  const auto status =
      sentencepiece::SentencePieceTrainer::Train({{"model_type", std::string(name_of(splitting))},
                                                  {"vocab_size", fmt::to_string(n_most)},
                                                  {"hard_vocab_limit", "false"},
                                                  {"character_coverage", "1.0"},
                                                  {"normalization_rule_name", "identity"},
                                                  {"num_threads", "1"},
                                                  {"minloglevel", "2"}},
                                                 &lines, &model);
  if (!status.ok()) {
    const bool too_few = std::string_view(status.message()).find("required_chars") != npos;
    fail(ExitCode::bad_data, "no pieces could be learned from this text: {}",
         too_few ? fmt::format("{} are fewer than its different characters; give a larger "
                               "--vocabulary-size",
                               n_most)
                 : fmt::format("{}; choose a longer text or a smaller --vocabulary-size",
                               status.message()));
  }
  return Tokenizer(splitting, std::move(model), "pieces");
}

std::optional<Vocabulary> Tokenizer::vocabulary() const {
  if (!pieces_) return {};
  std::vector<std::string> tokens;
  for (int id = Vocabulary::n_special; id < pieces_->GetPieceSize(); ++id) {
    tokens.push_back(pieces_->IdToPiece(id));
  }
  return Vocabulary(tokens);
}

std::string Tokenizer::tokens_of(std::string_view line) const {
  if (splitting_ == Splitting::punctuation) return mark_joints(line);
  const std::string words = with_spaces(split(line));
  return pieces_ ? fmt::format("{}", fmt::join(pieces_->EncodeAsPieces(words), " ")) : words;
}

void Tokenizer::sample(std::span<const std::string> lines, float alpha, std::uint32_t seed,
                       size_t most, PackedSentences& sampled) const {
  sampled.clear();
  const auto draw = [&] {
    std::vector<int> ids;
    for (const std::string& each : lines) {
      const std::string line = with_spaces(split(each));
      pieces_->SampleEncode(line, -1, alpha, &ids).IgnoreError();
      if (ids.size() > most) pieces_->Encode(line, &ids).IgnoreError();
      for (const int id : ids) sampled.push(id);
      sampled.end_sentence();
    }
  };
  // SentencePiece has a generator for each thread, which takes its seed when it is first used.
  sentencepiece::SetRandomGeneratorSeed(seed);
  std::async(std::launch::async, draw).get();
}

std::string Tokenizer::text_of(std::span<const std::string_view> tokens) const {
  if (splitting_ == Splitting::spaces) return with_spaces(tokens);
  if (splitting_ == Splitting::pieces) return undo_pieces(tokens);
  if (splitting_ == Splitting::punctuation) return undo_joints(tokens);
  std::string text;
  for (std::string_view token : tokens) {
    for (size_t at; (at = token.find(space_mark)) != token.npos;) {
      text += token.substr(0, at);
      if (!text.empty()) text += ' ';
      token.remove_prefix(at + space_mark.size());
    }
    text += token;
  }
  return text;
}

}  // namespace transformer
