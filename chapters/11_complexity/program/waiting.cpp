#include "chapters/11_complexity/program/demonstrations.hpp"
#include "chapters/11_complexity/program/layers.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

Index depth_of(const Layer& layer, Index n, Index d) {
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Matrix numbers = normal_matrix(n, d, 1);
  const std::vector<Index> offsets = {0, n};
  return tape.depth_of(layer.run(tape.input(view_of(numbers), true), {offsets}));
}

}  // namespace

void show_waiting(const SceneRequest&) {
  constexpr Index d = 4;
  ParameterStore store(1);
  std::vector<Layer> layers = table_1_layers(store, d);
  layers.insert(layers.begin() + 2, lstm_layer(store, d));
  std::vector<TableRow> table;
  for (const Layer& layer : layers) {
    TableRow& row = table.emplace_back(TableRow{layer.name});
    for (const Index n : {1, 8, 16, 32}) row.push_back(std::to_string(depth_of(layer, n, d)));
    row.push_back(std::to_string(depth_of(layer, 33, d) - depth_of(layer, 32, d)));
  }
  print_table({"operations in the longest chain", "n = 1", "8", "16", "32", "for one more word"},
              table);
  const Layer& plain = layers[1];
  const Index of_one = depth_of(plain, 1, d), a_step = depth_of(plain, 2, d) - of_one;
  value("operations of one step", a_step);
  value("steps that must wait for each other, for 32 words",
        (depth_of(plain, 32, d) - of_one) / a_step + 1);
}

}  // namespace transformer
