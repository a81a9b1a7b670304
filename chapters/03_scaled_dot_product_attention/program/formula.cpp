#include "chapters/03_scaled_dot_product_attention/program/formula.hpp"

#include <fmt/format.h>

#include <cmath>

#include "src/book/examples.hpp"
#include "src/book/sections.hpp"

namespace transformer {

//! [formula]
DoubleMatrix attention_formula(const DoubleMatrix& q, const DoubleMatrix& k, const DoubleMatrix& v,
                               const Segments& sentences, Mask mask, Index n_heads) {
  const Index d_k = static_cast<Index>(q.shape(1)) / n_heads;
  const Index d_v = static_cast<Index>(v.shape(1)) / n_heads;
  DoubleMatrix out = zeros<double>(sentences.n_rows(), n_heads * d_v);
  for (Index s = 0; s < sentences.count(); ++s) {
    for (Index h = 0; h < n_heads; ++h) {
      for (Index i = sentences.begin(s); i < sentences.end(s); ++i) {
        const Index last = mask == Mask::causal ? i + 1 : sentences.end(s);
        double sum = 0;
        for (Index j = sentences.begin(s); j < last; ++j) {
          double score = 0;
          for (Index c = h * d_k; c < (h + 1) * d_k; ++c) score += q(i, c) * k(j, c);
          const double e = std::exp(score / std::sqrt(static_cast<double>(d_k)));
          sum += e;
          for (Index c = h * d_v; c < (h + 1) * d_v; ++c) out(i, c) += e * v(j, c);
        }
        for (Index c = h * d_v; c < (h + 1) * d_v; ++c) out(i, c) /= sum;
      }
    }
  }
  return out;
}
//! [formula]

//! [numeric]
DoubleMatrix numeric_gradient(DoubleMatrix& number, const std::function<double()>& loss) {
  constexpr double step = 1e-6;
  DoubleMatrix gradient = xt::zeros_like(number);
  for (size_t i = 0; i < number.size(); ++i) {
    double& moved = number.data()[i];
    const double middle = moved;
    moved = middle + step;
    const double above = loss();
    moved = middle - step;
    gradient.data()[i] = (above - loss()) / (2 * step);
    moved = middle;
  }
  return gradient;
}
//! [numeric]

void print_receipts(std::span<const Receipt> receipts, Index row) {
  std::vector<TableRow> numbers, differences;
  for (const Receipt& receipt : receipts) {
    for (Index j = 0; j < 3; ++j) {
      numbers.push_back({fmt::format("{}({}, {})", receipt.name, row, j),
                         number_text(receipt.analytic(row, j), 6),
                         number_text(receipt.numeric(row, j), 6),
                         number_text(receipt.pytorch(row, j), 6)});
    }
    const Matrix rounded = receipt.numeric;
    const ConstMatrixView pytorch = view_of(receipt.pytorch);
    differences.push_back({receipt.name, std::to_string(rounded.size()),
                           power_text(largest_difference(receipt.analytic, pytorch)),
                           power_text(largest_difference(view_of(rounded), pytorch))});
  }
  print_table({"", "analytic", "numeric", "PyTorch"}, numbers);
  print_table({"", "elements", "analytic - PyTorch", "numeric - PyTorch"}, differences);
}

}  // namespace transformer
