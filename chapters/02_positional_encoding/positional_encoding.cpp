#include "chapters/02_positional_encoding/positional_encoding.hpp"

#include <cmath>

#include "src/autograd/operations.hpp"
#include "src/base/error.hpp"

namespace transformer {

//! [sinusoids]
Matrix sinusoids(Index n_positions, Index d_model) {
  Matrix table = zeros(n_positions, d_model);
  for (Index p = 0; p < n_positions; ++p) {
    for (Index column = 0; column < d_model; ++column) {
      // Columns 2i and 2i + 1 share a wavelength.
      const Index i = column / 2;
      const double exponent = 2.0 * static_cast<double>(i) / static_cast<double>(d_model);
      const double angle = static_cast<double>(p) / std::pow(10000.0, exponent);
      table(p, column) = static_cast<float>(column % 2 == 0 ? std::sin(angle) : std::cos(angle));
    }
  }
  return table;
}
//! [sinusoids]

void PositionalEncoding::require_length(Index length) const {
  if (length <= n_positions()) return;
  fail(
      ExitCode::bad_data,
      "a sentence has {} tokens, the model has positions for {}; shorten it or train with a larger "
      "--n-positions",
      length, n_positions());
}

//! [add]
Variable PositionalEncoding::operator()(Variable x, const Segments& sentences) const {
  Tape& tape = x.tape();
  const Variable y = tape.make(x.n_rows(), x.n_columns());
  copy_to(x.value(), y.value(), tape.threads());
  // Positions count from 0 in every sentence.
  for (Index s = 0; s < sentences.count(); ++s) {
    require_length(sentences.length(s));
    add_to(view_of(table_).rows(0, sentences.length(s)),
           y.value().rows(sentences.begin(s), sentences.end(s)));
  }
  // A constant was added: the gradient passes unchanged.
  tape.record(y, [=] { pass_on(y.gradient(), x, y.tape().threads()); });
  return y;
}
//! [add]

Variable PositionalEncoding::at(Variable x, Index position) const {
  require_length(position + 1);
  Tape& tape = x.tape();
  const Variable y = tape.make(x.n_rows(), x.n_columns());
  copy_to(x.value(), y.value());
  for (Index i = 0; i < x.n_rows(); ++i) {
    add_to(view_of(table_).rows(position, position + 1), y.value().rows(i, i + 1));
  }
  return y;
}

}  // namespace transformer
