// From tokens to vectors (section 3.4).
#pragma once

#include <span>
#include <string>

#include "src/autograd/parameter_store.hpp"
#include "src/autograd/tape.hpp"

namespace transformer {

/// A table with one row for each token of the vocabulary, (n_vocabulary, d_model). Its elements
/// start with variance 1 / d_model, so that after the factor sqrt(d_model) it is 1; the squares of
/// the positional encoding have the mean 1/2.
class Embedding {
 public:
  Embedding(ParameterStore& store, const std::string& path, Index n_vocabulary, Index d_model);

  /// sqrt(d_model) times the rows of `tokens`, (n_tokens, d_model). The tokens must outlive the
  /// step.
  Variable operator()(Tape& tape, std::span<const TokenId> tokens) const;

  /// The table itself: the paper uses it as the output projection, too.
  Variable table() const { return table_; }

 private:
  Variable table_;
};

}  // namespace transformer
