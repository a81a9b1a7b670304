// What a clock says: its numbers belong to one machine, and differ from run to run.
#include <algorithm>

#include "chapters/11_complexity/program/demonstrations.hpp"
#include "chapters/11_complexity/program/layers.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"
#include "src/system/machine.hpp"

namespace transformer {
namespace {

constexpr Index n_heads = 8;

std::vector<Layer> timed_layers(ParameterStore& store, Index d) {
  return {self_attention_layer(store, d, n_heads), restricted_layer(store, d, n_heads),
          convolution_layer(store, d), fast_recurrent_layer(store, d), fast_lstm_layer(store, d)};
}

/// The shortest of some runs, forward and backward, in milliseconds.
double milliseconds(const Layer& layer, Threads& threads, Index n_sentences, Index n, Index d) {
  Tape tape(threads);
  const Matrix numbers = normal_matrix(n_sentences * n, d, 1),
               dy = normal_matrix(n_sentences * n, d, 2);
  std::vector<Index> offsets = {0};
  for (Index s = 1; s <= n_sentences; ++s) offsets.push_back(s * n);
  double shortest = 1e9, all = 0;
  for (int run = 0; run < 12 || (all < 1.0 && run < 500); ++run) {
    const double begin = machine::seconds();
    tape.begin(Mode::training);
    tape.backward(layer.run(tape.input(view_of(numbers), true), {offsets}), view_of(dy));
    const double time = machine::seconds() - begin;
    shortest = std::min(shortest, time), all += time;
  }
  return 1000 * shortest;
}

}  // namespace

void show_seconds(const SceneRequest& request) {
  const Index d = request.integer("d-model", n_heads, 4096) / n_heads * n_heads;
  const std::vector<Index> lengths = {32, 64, 128, 256, 512, 1024};
  ParameterStore store(1);
  std::vector<TableRow> table;
  std::vector<Series> series;
  for (const Layer& layer : timed_layers(store, d)) {
    TableRow& row = table.emplace_back(TableRow{layer.name});
    Series line{layer.name, {}, {}};
    for (const Index n : lengths) {
      line.x.push_back(static_cast<double>(n));
      line.y.push_back(milliseconds(layer, Threads::serial(), 1, n, d));
      row.push_back(number_text(line.y.back(), 2));
    }
    series.push_back(line);
  }
  print_table(
      {"ms, one sentence, d = " + std::to_string(d), "n = 32", "64", "128", "256", "512", "1024"},
      table);
  request.draw("seconds",
               line_chart(series, {.title = "Forward and backward, d = " + std::to_string(d),
                                   .x_label = "words, n",
                                   .y_label = "milliseconds",
                                   .log_x = true,
                                   .log_y = true}));
}

void show_threads(const SceneRequest& request) {
  Threads many(static_cast<int>(request.integer("threads", 2, 64)));
  const std::string n_threads = std::to_string(many.count());
  constexpr Index d = 256;
  struct Batch {
    Index n_sentences, n;
  };
  for (const Batch batch : {Batch{1, 512}, Batch{64, 32}}) {
    ParameterStore store(1);
    std::vector<TableRow> table;
    for (const Layer& layer : timed_layers(store, d)) {
      const double one = milliseconds(layer, Threads::serial(), batch.n_sentences, batch.n, d),
                   all = milliseconds(layer, many, batch.n_sentences, batch.n, d);
      table.push_back(
          {layer.name, number_text(one, 2), number_text(all, 2), number_text(one / all, 2)});
    }
    print_table({batch.n_sentences == 1 ? "ms, a sentence of 512 words, d = 256"
                                        : "ms, 64 sentences of 32 words, d = 256",
                 "1 thread", n_threads + " threads", "times as fast"},
                table);
  }
}

}  // namespace transformer
