// Where a token stands (section 3.5).
#pragma once

#include "src/autograd/tape.hpp"
#include "src/tensor/tensor.hpp"

namespace transformer {

/// The paper's sinusoids, (n_positions, d_model):
///   PE(p, 2i) = sin(p / 10000^(2i / d_model)),  PE(p, 2i + 1) = cos(p / 10000^(2i / d_model)).
Matrix sinusoids(Index n_positions, Index d_model);

/// Adds row p of the sinusoids to the token at position p of its sentence.
class PositionalEncoding {
 public:
  PositionalEncoding(Index n_positions, Index d_model) : table_(sinusoids(n_positions, d_model)) {}

  /// x + PE, (n_tokens, d_model). Throws Error (bad_data) for a sentence longer than n_positions.
  Variable operator()(Variable x, const Segments& sentences) const;
  /// The same for one token of each sentence, all at `position`: (n_sentences, d_model).
  Variable at(Variable x, Index position) const;

  Index n_positions() const { return static_cast<Index>(table_.shape(0)); }
  const Matrix& table() const { return table_; }

 private:
  void require_length(Index length) const;

  Matrix table_;  // (n_positions, d_model)
};

}  // namespace transformer
