// What all models of a race learn, and what they are asked.
#pragma once

#include <string>
#include <vector>

#include "chapters/06_decoder/greedy.hpp"
#include "src/data/parallel_corpus.hpp"

namespace transformer {

/// A corpus, and sentences that stay out of it.
class Course {
 public:
  /// The files are read as `tokenizer` splits them; the questions are lines of `asked`.
  Course(const ParallelFiles& training, const ParallelFiles& asked, const Tokenizer& tokenizer,
         Index n_most_words);

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const ParallelCorpus& training() const { return training_; }
  /// The held-out sources, and a translation by somebody of each.
  const PackedSentences& questions() const { return questions_; }
  const std::vector<std::string>& references() const { return references_; }
  /// The words of the source of question i.
  Index n_words(size_t i) const { return n_words_[i]; }

  /// A translation as a line of text, as the references are.
  std::string line_of(const Translation& translation) const;

 private:
  Tokenizer tokenizer_;
  Vocabulary vocabulary_;
  ParallelCorpus training_;
  PackedSentences questions_;
  std::vector<std::string> references_;
  std::vector<Index> n_words_;
};

}  // namespace transformer
