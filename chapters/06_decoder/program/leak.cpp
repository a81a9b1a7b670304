#include "chapters/06_decoder/program/demonstrations.hpp"

#include <fmt/ranges.h>

#include <cstring>

#include "src/book/examples.hpp"
#include "src/book/sections.hpp"

namespace transformer {

namespace {

bool same_bits(ConstMatrixView a, ConstMatrixView b) {
  for (Index i = 0; i < a.n_rows; ++i) {
    if (std::memcmp(a.row(i), b.row(i), sizeof(float) * static_cast<size_t>(a.n_columns)) != 0) {
      return false;
    }
  }
  return same_shape(a, b);
}

/// One self-attention over x, with the mask or without it.
Matrix attend(const Matrix& x, Mask mask) {
  ParameterStore store(1);
  const SelfAttention attention(store, "attention", static_cast<Index>(x.shape(1)), 1);
  const std::vector<Index> offsets = {0, static_cast<Index>(x.shape(0))};
  Tape tape(Threads::serial());
  return matrix_of<float>(
      ConstMatrixView(attention(tape.input(view_of(x)), {offsets}, mask).value()));
}

}  // namespace

void show_leak(const SceneRequest&) {
  const Reverser reverser;
  constexpr Index changed_position = 3;
  TranslationBatch batch = batch_of(jackal, backwards(jackal));
  const Index n = batch.target_input.n_tokens();
  Tape tape(Threads::serial());
  const Matrix before = matrix_of<float>(logits_of(reverser.model, tape, batch));
  batch.target_input.tokens[changed_position] = token_of('m');
  const Matrix after = matrix_of<float>(logits_of(reverser.model, tape, batch));

  // One attention by itself, with its mask and without.
  const Matrix x = normal_matrix(n, 4, 1);
  Matrix changed_x = x;
  xt::row(changed_x, changed_position) += 1;
  std::vector<TableRow> table;
  for (Index t = 0; t < n; ++t) {
    const auto change = [t](const Matrix& a, const Matrix& b) {
      return number_text(largest_difference(view_of(a).rows(t, t + 1), view_of(b).rows(t, t + 1)));
    };
    table.push_back({std::to_string(t), t == changed_position ? "changed" : "",
                     change(before, after),
                     change(attend(x, Mask::causal), attend(changed_x, Mask::causal)),
                     change(attend(x, Mask::none), attend(changed_x, Mask::none))});
  }
  print_table({"position", "token", "change of the logits", "attention, causal", "without a mask"},
              table);
  value(fmt::format("change of the last logits by token {}", changed_position),
        largest_difference(view_of(before).rows(n - 1, n), view_of(after).rows(n - 1, n)), 3);
  const bool kept = same_bits(view_of(before).rows(0, changed_position),
                              view_of(after).rows(0, changed_position));
  value_line(fmt::format("the logits before position {} keep their bits", changed_position),
             kept ? "yes" : "no");
}

}  // namespace transformer
