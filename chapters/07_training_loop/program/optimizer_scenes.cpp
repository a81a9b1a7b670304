#include "chapters/07_training_loop/program/demonstrations.hpp"

#include <fmt/format.h>

#include <cmath>

#include "chapters/07_training_loop/optimizer.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"
#include "src/kernels/kernels.hpp"

namespace transformer {

// ---- The schedule -----------------------------------------------------------------------------

void show_schedule(const SceneRequest& request) {
  struct Choice {
    Index d_model;
    std::int64_t warmup_steps;
  };
  const std::vector<Choice> choices = {{512, 4000}, {512, 8000}, {256, 4000}};
  TableRow head = {"step"};
  std::vector<Series> lines;
  for (const auto& [d_model, warmup_steps] : choices) {
    head.push_back(fmt::format("d_model {}, warmup {}", d_model, warmup_steps));
    Series& line = lines.emplace_back(Series{head.back(), {}, {}});
    for (std::int64_t step = 50; step <= 20000; step += 50) {
      line.x.push_back(static_cast<double>(step));
      line.y.push_back(1e4 * paper_learning_rate(step, d_model, warmup_steps));
    }
  }
  std::vector<TableRow> table;
  for (const std::int64_t step : {1, 1000, 2000, 4000, 8000, 16000, 100000}) {
    TableRow& row = table.emplace_back(TableRow{std::to_string(step)});
    for (const auto& [d_model, warmup_steps] : choices) {
      row.push_back(number_text(1e4 * paper_learning_rate(step, d_model, warmup_steps)));
    }
  }
  fmt::print("learning rate times 10000\n");
  print_table(head, table);
  request.draw("schedule", line_chart(lines, {.title = "The learning rate",
                                              .x_label = "step",
                                              .y_label = "learning rate times 10000",
                                              .low_y = 0.0}));
}

// ---- Adam -------------------------------------------------------------------------------------

void show_bias_correction(const SceneRequest&) {
  const AdamStep config{.learning_rate = 1.0f};
  const double beta_1 = static_cast<double>(config.beta_1),
               beta_2 = static_cast<double>(config.beta_2);
  constexpr float gradient = 0.5f;
  float first_moment = 0, second_moment = 0;
  std::vector<TableRow> table;
  for (std::int64_t step = 1; step <= 200; ++step) {
    float parameter = 0;
    AdamStep adam = config;
    adam.step = step;
    adam_update({&parameter, 1}, {&gradient, 1}, {&first_moment, 1}, {&second_moment, 1}, adam);
    if (step > 3 && step != 10 && step != 50 && step != 200) continue;
    const auto m = static_cast<double>(first_moment), v = static_cast<double>(second_moment);
    const auto t = static_cast<double>(step);
    table.push_back({std::to_string(step), number_text(m, 4), number_text(v, 4),
                     number_text(m / (1 - std::pow(beta_1, t)), 4),
                     number_text(v / (1 - std::pow(beta_2, t)), 4),
                     number_text(-static_cast<double>(parameter)), number_text(m / std::sqrt(v))});
  }
  fmt::print("the gradient is 0.5 at every step; m should be 0.5, v 0.25, a step 1\n");
  print_table({"step", "m", "v", "m corrected", "v corrected", "Adam's step", "uncorrected"},
              table);
}

}  // namespace transformer
