#include "chapters/08_translation/program/one_sentence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "chapters/08_translation/attention_views.hpp"
#include "src/book/sections.hpp"
#include "src/draw/colours.hpp"
#include "src/draw/svg.hpp"

namespace transformer {
namespace {

constexpr double left = 20, column = 114, strip = 104, thickness = 16;
constexpr Index most_tokens = 6;
constexpr int n_levels = 11;
constexpr double loudest = 3;  // numbers beyond it have the colour of the end

class SentenceDrawing {
 public:
  explicit SentenceDrawing(double height) : svg_(2 * left + most_tokens * column, height) {}

  void stage(const std::string& what, const std::string& shape) {
    y_ += 42;
    svg_.text({left, y_}, what, {.bold = true});
    svg_.text({left + most_tokens * column, y_}, shape,
              {.anchor = Anchor::end, .colour = pale_ink});
    y_ += 8;
  }

  void words(const TrainedModel& trained, std::span<const TokenId> tokens) {
    y_ += 16;
    for (size_t i = 0; i < tokens.size() && i < most_tokens; ++i) {
      svg_.text({left + double(i) * column, y_}, trained.vocabulary.token(tokens[i]));
    }
  }

  void numbers(std::span<const TokenId> tokens) {
    y_ += 16;
    for (size_t i = 0; i < tokens.size() && i < most_tokens; ++i) {
      svg_.text({left + double(i) * column, y_}, fmt::format("{}", tokens[i]));
    }
  }

  /// Each row as a strip of colours, with its first numbers below.
  void vectors(ConstMatrixView rows) {
    for (Index i = 0; i < std::min(rows.n_rows, most_tokens); ++i) {
      const double x = left + static_cast<double>(i) * column;
      MatrixOf<int> levels = zeros<int>(1, rows.n_columns);
      for (Index c = 0; c < rows.n_columns; ++c) {
        const double share = (rows(i, c) / loudest + 1) / 2;
        levels(0, c) = static_cast<int>(std::clamp(share, 0.0, 1.0) * (n_levels - 1) + 0.5);
      }
      svg_.grid({x, y_, strip, thickness}, view_of(levels), colours_);
      svg_.frame({x, y_, strip, thickness}, {.colour = pale_ink, .width = 0.5});
      svg_.text({x, y_ + thickness + 13},
                fmt::format("{} {} {} ...", number_text(rows(i, 0), 2), number_text(rows(i, 1), 2),
                            number_text(rows(i, 2), 2)),
                {.size = 11, .colour = pale_ink});
    }
    y_ += thickness + 13;
  }

  void bar(std::string_view word, double p) {
    y_ += 20;
    svg_.text({left, y_}, word);
    svg_.rectangle({left + column, y_ - 11, p * 4 * column, 13}, colours_.front());
    svg_.text({left + column + p * 4 * column + 8, y_}, number_text(p));
  }

  std::string str() const { return svg_.str(); }

 private:
  Svg svg_;
  std::vector<Colour> colours_ = palette(ColourMap::diverging, n_levels);
  double y_ = -14;
};

std::string shape_of(Variable x) { return fmt::format("({}, {})", x.n_rows(), x.n_columns()); }

}  // namespace

std::string one_sentence_picture(const TrainedModel& trained, const PackedSentences& source,
                                 const PackedSentences& written) {
  const Transformer& model = trained.model;
  const PositionalEncoding positions(model.config().n_positions, model.config().d_model);
  Tape tape(Threads::serial());
  const Variable word_vectors = model.embedding()(tape, source.tokens),
                 placed = positions(word_vectors, source.segments()),
                 memory = model.encode(tape, source),
                 decoded = model.decode(written, memory, source.segments()),
                 logits = model.logits(decoded);
  SentenceDrawing drawing(574);
  drawing.stage("The sentence, and the numbers of its words in the vocabulary",
                fmt::format("({})", source.n_tokens()));
  drawing.words(trained, source.tokens);
  drawing.numbers(source.tokens);
  drawing.stage("Each number takes a vector from the table", shape_of(word_vectors));
  drawing.vectors(word_vectors.value());
  drawing.stage("The places are added", shape_of(placed));
  drawing.vectors(placed.value());
  drawing.stage("The encoder has let the words look at each other: the memory", shape_of(memory));
  drawing.vectors(memory.value());
  drawing.stage("The translation so far", fmt::format("({})", written.n_tokens()));
  drawing.words(trained, written.tokens);
  drawing.stage("The decoder has looked at what is written, and at the memory", shape_of(decoded));
  drawing.vectors(decoded.value());
  drawing.stage("The last vector beside each row of the table: what comes next?",
                fmt::format("(1, {})", logits.n_columns()));
  const std::span<const float> last(logits.value().row(logits.n_rows() - 1),
                                    static_cast<size_t>(logits.n_columns()));
  for (const auto& [token, probability] : most_probable(trained, last, 3)) {
    drawing.bar(token, probability);
  }
  return drawing.str();
}

}  // namespace transformer
