#include "chapters/08_translation/program/demonstrations.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/08_translation/toy_files.hpp"
#include "src/book/sections.hpp"
#include "src/data/tokens.hpp"
#include "src/draw/figures.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

const ToyCorpus& toy_corpus() {
  static const ToyCorpus toy = [] {
    ParallelText text = read_parallel_text(toy_files("train"));
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
    n_tokens += segments.n_rows();
    n_padded += segments.count() * segments.longest();
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
  Matrix mask = zeros(segments.count(), segments.longest());
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

}  // namespace transformer
