#include <algorithm>
#include <functional>

#include "chapters/09_recurrent_networks/cells.hpp"
#include "chapters/11_complexity/program/demonstrations.hpp"
#include "chapters/11_complexity/program/layers.hpp"
#include "src/autograd/operations.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

namespace transformer {
namespace {

constexpr Index d = 4;

/// Layers on top of each other: what n_layers of them make of x, (n, d).
using Stack = std::function<Variable(Variable x, Index n_layers)>;

//! [blocks]
/// The Jacobian of a stack, block by block: 1 at (i, j) where d out_i / d in_j, a matrix (d, d),
/// has a number that is not exactly 0.
Matrix blocks_of(const Stack& stack, Index n, Index n_layers) {
  Matrix blocks = zeros(n, n);
  const Matrix numbers = normal_matrix(n, d, 1);
  Tape tape(Threads::serial());
  for (Index i = 0; i < n; ++i) {
    for (Index c = 0; c < d; ++c) {  // the row of the Jacobian that belongs to out(i, c)
      tape.begin(Mode::training);
      const Variable x = tape.input(view_of(numbers), true);
      Matrix dy = zeros(n, d);
      dy(i, c) = 1;
      tape.backward(stack(x, n_layers), view_of(dy));
      for (Index j = 0; j < n; ++j) {
        const ConstMatrixView dx = x.gradient().rows(j, j + 1);
        const bool is_zero = std::all_of(dx.data, dx.data + d, [](float g) { return g == 0.0f; });
        if (!is_zero) blocks(i, j) = 1;
      }
    }
  }
  return blocks;
}
//! [blocks]

Index n_not_zero(const Matrix& blocks) { return std::count(blocks.begin(), blocks.end(), 1.0f); }

/// For each pair of words, after how many layers they have met; 0 where they never do, within n.
struct Meetings {
  Matrix layers;

  Meetings(const Stack& stack, Index n) : layers(zeros(n, n)) {
    for (Index n_layers = n; n_layers >= 1; --n_layers) {
      const Matrix blocks = blocks_of(stack, n, n_layers);
      for (size_t i = 0; i < blocks.size(); ++i) {
        if (blocks.data()[i] == 1) layers.data()[i] = static_cast<float>(n_layers);
      }
    }
  }
  /// The longest way between two words that meet at all.
  Index longest() const {
    return static_cast<Index>(*std::max_element(layers.begin(), layers.end()));
  }
};

Stack stack_of(const Layer& layer, const std::vector<Index>& offsets) {
  return [&, layer](Variable x, Index n_layers) {
    for (Index l = 0; l < n_layers; ++l) x = layer.run(x, {offsets});
    return x;
  };
}

/// Layer l has the dilation `dilation(l)`.
Stack stack_of_convolutions(ParameterStore& store, const std::vector<Index>& offsets, Taps taps,
                            const std::function<Index(Index l)>& dilation) {
  const Convolution weights(store, "dilated", d, d, taps);
  const Variable w = store.at("dilated.w").variable, b = store.at("dilated.b").variable;
  return [&offsets, taps, dilation, w, b](Variable x, Index n_layers) {
    Taps wider = taps;
    for (Index l = 0; l < n_layers; ++l) {
      wider.dilation = dilation(l);
      x = convolution(x, w, b, {offsets}, wider);
    }
    return x;
  };
}

//! [rounds]
/// A recurrent network in rounds: in each, all states are worked out anew from those that the round
/// before has left one word earlier. After n rounds they are what the network makes of n words.
Stack recurrent_rounds(const RecurrentWeights& w, const std::vector<TokenId>& before) {
  return [&](Variable x, Index n_rounds) {
    const MatrixView zeros = x.tape().scratch(x.shape());
    std::fill_n(zeros.data, zeros.size(), 0.0f);
    const Variable nothing = x.tape().input(zeros.rows(0, 1));
    Variable h = x.tape().input(zeros);
    for (Index round = 0; round < n_rounds; ++round) {
      const Variable earlier = rows(join_rows(std::vector<Variable>{nothing, h}), before);
      h = rnn_cell(x, earlier, w);
    }
    return h;
  };
}
//! [rounds]

Index power(Index base, Index exponent) {
  Index result = 1;
  for (Index i = 0; i < exponent; ++i) result *= base;
  return result;
}

struct NamedStack {
  std::string name, formula;
  Stack stack;
};

/// All stacks for sentences of n words.
class Stacks {
 public:
  explicit Stacks(Index n) : offsets_{0, n} {
    for (Index i = 0; i < n; ++i) before_.push_back(static_cast<TokenId>(i));
    const Taps causal{.n = n_taps, .is_causal = true};
    all = {
        {"self-attention", "1", stack_of(self_attention_layer(store_, d), offsets_)},
        {"recurrent", "n", recurrent_rounds(recurrent_, before_)},
        {"convolution", "(n - 1) / (k - 1)",
         stack_of(convolution_layer(store_, d, causal), offsets_)},
        {"dilated", "log_k n",
         stack_of_convolutions(store_, offsets_, causal, [](Index l) { return power(n_taps, l); })},
        {"restricted", "2 (n - 1) / (r - 1)", stack_of(restricted_layer(store_, d), offsets_)}};
  }

  std::vector<NamedStack> all;

 private:
  std::vector<Index> offsets_;
  std::vector<TokenId> before_;
  ParameterStore store_{1};
  RecurrentWeights recurrent_{store_, "recurrent", CellKind::rnn, d, d};
};

}  // namespace

void show_paths(const SceneRequest& request) {
  const std::vector<Index> lengths = {2, 4, 8, 16};
  std::vector<TableRow> table;
  std::vector<Matrix> maps;
  std::vector<HeatMapPanel> panels;
  for (size_t which = 0; which < Stacks(1).all.size(); ++which) {
    TableRow row;
    for (const Index n : lengths) {
      const Stacks stacks(n);
      const NamedStack& stack = stacks.all[which];
      const Meetings meetings(stack.stack, n);
      if (row.empty()) row = {stack.name, stack.formula};
      row.push_back(std::to_string(meetings.longest()));
      if (n == lengths.back()) maps.push_back(meetings.layers);
    }
    table.push_back(row);
  }
  print_table({"layers until all words have met", "as a formula", "n = 2", "4", "8", "16"}, table);
  for (size_t i = 0; i < maps.size(); ++i) panels.push_back({table[i][0], view_of(maps[i])});
  request.draw("paths",
               heat_maps(panels, {.title = "After how many layers word j reaches word i (0: never)",
                                  .x_label = "j",
                                  .y_label = "i",
                                  .low = 0.0,
                                  .n_panels_per_row = 3}));
}

void show_rim(const SceneRequest&) {
  constexpr Index n = 16;
  const std::vector<Index> offsets = {0, n};
  ParameterStore store(1), other_store(1);
  const Stack growing = stack_of_convolutions(store, offsets, {.n = n_taps},
                                              [](Index l) { return power(n_taps, l); });
  const Stack in_turns = stack_of_convolutions(other_store, offsets, {.n = n_taps},
                                               [](Index l) { return power(n_taps, l % 3); });
  std::vector<TableRow> table;
  for (const Index n_layers : {1, 2, 3, 4, 5, 6}) {
    const auto never = [&](const Stack& stack) {
      return std::to_string(n * n - n_not_zero(blocks_of(stack, n, n_layers)));
    };
    table.push_back({std::to_string(n_layers), std::to_string((power(n_taps, n_layers) - 1) / 2),
                     never(growing), never(in_turns)});
  }
  value("blocks that are 0 after six layers", n * n - n_not_zero(blocks_of(growing, n, 6)));
  print_table({"layers", "reach to each side", "zero blocks, 1 3 9 27 ...", "1 3 9 1 3 9"}, table);
}

}  // namespace transformer
