#include "src/book/receipts.hpp"

#include <fmt/format.h>

#include <vector>

#include "src/book/examples.hpp"
#include "src/book/sections.hpp"

namespace transformer {

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
