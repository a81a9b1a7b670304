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

namespace {

//! [plus]
/// x plus constants, which `add(y)` adds: so the gradient passes unchanged.
template <class Add>
Variable plus(Variable x, Add add) {
  return operation(
      "positional_encoding", {x}, x.shape(),
      [&](const ForwardPass& pass) {
        copy_to(x.value(), pass.y, pass.threads);
        add(pass.y);
      },
      [=](const BackwardPass& pass) { copy_to(pass.dy, pass.into(x), pass.threads); });
}
//! [plus]

}  // namespace

//! [add]
Variable PositionalEncoding::operator()(Variable x, const Segments& sentences) const {
  const ConstMatrixView table = view_of(table_);  // (n_positions, d_model)
  require_shapes(sentences.n_rows() == x.n_rows() && table.n_columns == x.n_columns(),
                 "positional_encoding", "x", x.shape(), "what is added",
                 {sentences.n_rows(), table.n_columns});
  return plus(x, [&](MatrixView y) {
    // Positions count from 0 in every sentence.
    for (Index s = 0; s < sentences.count(); ++s) {
      require_length(sentences.length(s));
      add_to(table.rows(0, sentences.length(s)), y.rows(sentences.begin(s), sentences.end(s)));
    }
  });
}
//! [add]

Variable PositionalEncoding::at(Variable x, Index position) const {
  require_length(position + 1);
  const ConstMatrixView row = view_of(table_).rows(position, position + 1);
  return plus(x, [&](MatrixView y) {
    for (Index i = 0; i < y.n_rows; ++i) add_to(row, y.rows(i, i + 1));
  });
}

}  // namespace transformer
