#include "chapters/08b_when_it_goes_wrong/proofs.hpp"

#include <cmath>

#include "src/book/examples.hpp"
#include "src/data/tokens.hpp"

namespace transformer {
namespace {

/// The logits of a batch of pairs, (n_target_tokens, n_vocabulary).
Matrix logits_of(const SmallTranslator& translator, std::span<const SentencePair> pairs) {
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const TranslationBatch batch = translator.batch_of(pairs);
  return matrix_of<float>(ConstMatrixView(translator.logits(tape, batch).value()));
}

Matrix logits_of(const SmallTranslator& translator, const SentencePair& pair) {
  return logits_of(translator, std::span(&pair, 1));
}

}  // namespace

//! [places_that_notice]
std::vector<Index> places_that_notice(const SmallTranslator& translator, const SentencePair& pair,
                                      size_t t, const std::string& other_word) {
  std::vector<std::string_view> words = split(pair.target);
  words.at(t) = other_word;
  const Matrix before = logits_of(translator, pair),
               after = logits_of(translator, {pair.source, with_spaces(words)});
  std::vector<Index> places;
  for (Index i = 0; i < view_of(before).n_rows; ++i) {
    const double change =
        largest_difference(view_of(before).rows(i, i + 1), view_of(after).rows(i, i + 1));
    if (change > 0) places.push_back(i);
  }
  return places;
}
//! [places_that_notice]

//! [difference_by_source]
double difference_by_source(const SmallTranslator& translator, const SentencePair& pair,
                            const std::string& other_source) {
  const Matrix a = logits_of(translator, pair),
               b = logits_of(translator, {other_source, pair.target});
  return largest_difference(view_of(a), view_of(b));
}
//! [difference_by_source]

//! [difference_by_company]
double difference_by_company(const SmallTranslator& translator, const SentencePair& pair,
                             const SentencePair& longer) {
  const Matrix alone = logits_of(translator, pair),
               together = logits_of(translator, std::vector<SentencePair>{pair, longer});
  return largest_difference(view_of(alone), view_of(together).rows(0, view_of(alone).n_rows));
}
//! [difference_by_company]

//! [difference_by_run]
double difference_by_run(const SmallTranslator& translator, const std::string& line) {
  const auto log_probability = [&](std::uint64_t seed) {
    return translator.translate(std::span(&line, 1), seed).front().log_probability;
  };
  return std::abs(log_probability(1) - log_probability(2));
}
//! [difference_by_run]

//! [difference_by_way]
double difference_by_way(const SmallTranslator& translator, const std::string& line) {
  const Translation written = translator.translate(std::span(&line, 1)).front();
  TranslationBatch batch;
  append_source(translator.read(line), batch.source);
  translator.append_target(written.tokens, batch);
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const ConstMatrixView logits = translator.logits(tape, batch).value();
  double log_probability = 0;
  const Index n = std::ssize(written.tokens) + (written.complete ? 1 : 0);
  for (Index i = 0; i < n; ++i) {
    const TokenId token = batch.target_output[static_cast<size_t>(i)];
    float normaliser = 0;
    log_sum_exp(logits.rows(i, i + 1), {&normaliser, 1}, tape.threads());
    log_probability += logits(i, token) - normaliser;
  }
  return std::abs(written.log_probability - log_probability);
}
//! [difference_by_way]

//! [variance_of_scores]
double variance_of_scores(const SmallTranslator& translator, Index d_k) {
  constexpr Index n = 64;
  const Matrix q = normal_matrix(n, d_k, 1), k = normal_matrix(n, d_k, 2);
  Matrix identity = zeros(n, n);  // as values: the vectors are the weights then
  for (Index i = 0; i < n; ++i) identity(i, i) = 1;
  const std::vector<Index> offsets = {0, n};
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const auto input = [&](const Matrix& m) { return tape.input(view_of(m)); };
  const Segments one{offsets};
  const Variable weights = translator.attend(input(q), input(k), input(identity), {one, one}, 1);
  // ln weight is the score, but for a constant of its row.
  double sum = 0;
  for (Index i = 0; i < n; ++i) {
    double row_sum = 0, row_squares = 0;
    for (Index j = 0; j < n; ++j) {
      const double score = std::log(double{weights.value()(i, j)});
      row_sum += score;
      row_squares += score * score;
    }
    sum += (row_squares - row_sum * row_sum / n) / (n - 1);
  }
  return sum / n;
}
//! [variance_of_scores]

std::string as_read(const SmallTranslator& translator, const std::string& line) {
  return with_spaces(translator.vocabulary().decode(translator.read(line)));
}

}  // namespace transformer
