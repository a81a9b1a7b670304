#include "chapters/08_translation/program/demonstrations.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "chapters/06_decoder/program/reverser.hpp"
#include "chapters/08_translation/beam_search.hpp"
#include "chapters/08_translation/bleu.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"
#include "src/run/root.hpp"

namespace transformer {

const ToyCorpus& toy_corpus() {
  static const ToyCorpus toy = [] {
    const std::filesystem::path folder = project_root() / "data" / "toy";
    ParallelText text = read_parallel_text({folder / "train.en", folder / "train.fr"});
    Vocabulary vocabulary = text.tokens.vocabulary(10000);
    return ToyCorpus{std::move(text), std::move(vocabulary)};
  }();
  return toy;
}

// ---- Corpus and vocabulary --------------------------------------------------------------------

void show_corpus(const SceneRequest&) {
  const ToyCorpus& toy = toy_corpus();
  const std::vector<std::string> english = lines_of(toy.text, toy.text.source),
                                 french = lines_of(toy.text, toy.text.target);
  for (size_t i = 0; i < 4; ++i) fmt::print("{}\n  {}\n", english[i], french[i]);
  value("sentence pairs", toy.text.n_pairs());
  value("different tokens of both languages, special ones included", toy.vocabulary.size());
}

void show_vocabulary(const SceneRequest& request) {
  const Vocabulary& vocabulary = toy_corpus().vocabulary;
  const std::string& line = request.text("sentence");
  std::vector<TokenId> ids;
  const Index n_unknown = vocabulary.encode(split(line), ids);
  std::vector<TableRow> table;
  for (const std::string_view word : split(line)) {
    const TokenId id = vocabulary.id(word);
    table.push_back({std::string(word), std::to_string(id), std::string(vocabulary.token(id))});
  }
  print_table({"word", "number", "and back"}, table);
  value("unknown", n_unknown);
}

// ---- Packed batches ---------------------------------------------------------------------------

namespace {

/// How large the batches of an epoch are: their tokens, and the cells of padded matrices for them.
struct Cells {
  Index n_tokens = 0, n_padded = 0;

  void add(const PackedSentences& sentences) {
    const Segments segments = sentences.segments();
    Index longest = 0;
    for (Index s = 0; s < segments.count(); ++s) longest = std::max(longest, segments.length(s));
    n_tokens += segments.n_rows();
    n_padded += segments.count() * longest;
  }
  void add(const TranslationBatch& batch) {
    add(batch.source);
    add(batch.target_input);
  }
  TableRow row(const std::string& name) const {
    const double share = 1 - static_cast<double>(n_tokens) / static_cast<double>(n_padded);
    return {name, std::to_string(n_tokens), std::to_string(n_padded), number_text(100 * share, 1)};
  }
};

TranslationBatch batch_in_file_order(const ParallelCorpus& corpus, Index begin, Index end) {
  TranslationBatch batch;
  for (Index i = begin; i < end; ++i) {
    append_pair(corpus.source.sentence(i), corpus.target.sentence(i), batch);
  }
  return batch;
}

/// Which cells of the padded target side hold a token.
Matrix padded_mask(const PackedSentences& sentences) {
  const Segments segments = sentences.segments();
  Index longest = 0;
  for (Index s = 0; s < segments.count(); ++s) longest = std::max(longest, segments.length(s));
  Matrix mask = zeros(segments.count(), longest);
  for (Index s = 0; s < segments.count(); ++s) {
    for (Index t = 0; t < segments.length(s); ++t) mask(s, t) = 1;
  }
  return mask;
}

}  // namespace

void show_packing(const SceneRequest& request) {
  const ToyCorpus& toy = toy_corpus();
  const ParallelCorpus corpus = encode(toy.text, toy.vocabulary);
  constexpr Index n_together = 64;
  Cells in_file_order, by_length;
  for (Index i = 0; i < corpus.n_pairs(); i += n_together) {
    in_file_order.add(batch_in_file_order(corpus, i, std::min(i + n_together, corpus.n_pairs())));
  }
  const Batches batches = batches_of(corpus, 1024, 1);
  TranslationBatch batch;
  for (Index i = 0; i < batches.n_batches(); ++i) {
    fill(batch, corpus, batches.batch(i));
    by_length.add(batch);
  }
  const std::vector<TableRow> table = {in_file_order.row("64 pairs in the order of the file"),
                                       by_length.row("similar lengths, up to 1024 tokens a side")};
  print_table({"batches of an epoch", "tokens", "cells if padded", "% padding"}, table);

  const Matrix mask = padded_mask(batch_in_file_order(corpus, 0, 16).target_input);
  request.draw("padding",
               mask_map(view_of(mask), {.title = "16 padded sentences: what is hidden is padding",
                                        .x_label = "position",
                                        .y_label = "sentence"}));
}

// ---- BLEU -------------------------------------------------------------------------------------

void show_bleu(const SceneRequest&) {
  const std::vector<std::string> hypothesis = {"le le chat noir ne voit pas le chien"},
                                 reference = {"le chat noir ne voit pas le vieux chien brun"};
  fmt::print("hypothesis: {}\nreference:  {}\n", hypothesis[0], reference[0]);
  const BleuScore score = bleu(hypothesis, reference, BleuTokenizer::none);
  const NgramCounts& counts = score.counts;
  std::vector<TableRow> table;
  double log_sum = 0;
  for (size_t i = 0; i < max_ngram; ++i) {
    const double precision =
        static_cast<double>(counts.n_matches[i]) / static_cast<double>(counts.n_ngrams[i]);
    log_sum += std::log(precision);
    table.push_back({std::to_string(i + 1), std::to_string(counts.n_ngrams[i]),
                     std::to_string(counts.n_matches[i]), number_text(precision, 4),
                     number_text(std::log(precision), 4)});
  }
  print_table({"n", "n-grams", "matches", "precision", "log"}, table);
  const double ratio =
      static_cast<double>(counts.reference_length) / static_cast<double>(counts.hypothesis_length);
  const double penalty = std::min(1.0, std::exp(1 - ratio));
  fmt::print("'le' stands three times in the hypothesis, twice in the reference: two matches\n");
  fmt::print("brevity penalty: exp(1 - {} / {}) = {}\n", counts.reference_length,
             counts.hypothesis_length, number_text(penalty, 4));
  fmt::print("by hand: 100 * {} * exp({} / 4) = {}\n", number_text(penalty, 4),
             number_text(log_sum, 4), number_text(100 * penalty * std::exp(log_sum / 4), 2));
  value("bleu()", score.score, 2);
}

void show_bleu_of_what(const SceneRequest&) {
  const std::vector<std::string> written = {"il n'aime pas l'hiver, mais il court."},
                                 expected = {"il n'aime pas l'hiver mais il court."};
  fmt::print("hypothesis: {}\nreference:  {}\n", written[0], expected[0]);
  for (const BleuTokenizer tokenizer : {BleuTokenizer::none, BleuTokenizer::mteval_v13a}) {
    const BleuScore other = bleu(written, expected, tokenizer);
    value(other.signature(), other.score, 2);
  }
}

// ---- Search -----------------------------------------------------------------------------------

namespace {

PackedSentences source_of(const std::string& word) {
  PackedSentences source;
  append_source(tokens_of(word), source);
  return source;
}

std::string word_of(const Translation& translation) {
  return fmt::format("{}", fmt::join(letters_of(translation.tokens), ""));
}

}  // namespace

void show_search(const SceneRequest& request) {
  const Reverser reverser;
  Tape tape(Threads::serial());
  const BeamConfig beam_of{.size = request.integer("beam", 1, 64)};
  std::vector<TableRow> table;
  double last_greedy = 0, last_beam = 0;
  for (const std::string word : {"jackal", "hlcjk", "fgbg", "lmfcgfj"}) {
    const PackedSentences source = source_of(word);
    const Translation greedy = greedy_decode(reverser.model, tape, source)[0],
                      beam = beam_search(reverser.model, tape, source, beam_of)[0];
    table.push_back({word, word_of(greedy), number_text(greedy.log_probability), word_of(beam),
                     number_text(beam.log_probability)});
    last_greedy = greedy.log_probability;
    last_beam = beam.log_probability;
  }
  print_table({"to reverse", "greedy", "log p", fmt::format("beam of {}", beam_of.size), "log p"},
              table);
  value("log p of the last word, greedy", last_greedy, 3);
  value("log p of the last word, beam", last_beam, 3);
}

void show_length_penalty(const SceneRequest& request) {
  const Reverser reverser;
  Tape tape(Threads::serial());
  const std::string& word = request.text("word");
  const PackedSentences source = source_of(word);
  std::vector<TableRow> table;
  for (const double penalty : {0.0, 0.6, 1.0, 2.0, 3.0}) {
    const Translation best =
        beam_search(reverser.model, tape, source, {.size = 4, .length_penalty = penalty})[0];
    const double length = static_cast<double>(best.tokens.size()) + 1;  // with its end mark
    const double divisor = std::pow((5 + length) / 6, penalty);
    table.push_back({number_text(penalty, 1), word_of(best), number_text(best.log_probability),
                     number_text(divisor), number_text(best.log_probability / divisor)});
  }
  fmt::print("to reverse: {}\n", word);
  print_table({"penalty", "best", "log p", "((5 + length) / 6)^penalty", "score"}, table);
}

}  // namespace transformer
