#include "chapters/07_training_loop/program/demonstrations.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "chapters/07_training_loop/optimizer.hpp"
#include "chapters/07_training_loop/program/plain.hpp"
#include "src/book/sections.hpp"
#include "src/draw/figures.hpp"

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

//! [two_slopes]
/// Where theta lands after 100 steps down theta_0^2 / 2 + 100 theta_1^2 / 2, whose gradient is
/// (theta_0, 100 theta_1), from (1, 1).
template <class Step>
std::array<double, 2> after_100_steps(Step step) {
  std::array<double, 2> theta = {1, 1};
  for (int t = 1; t <= 100; ++t) {
    const std::array<double, 2> gradient = {theta[0], 100 * theta[1]};
    step(t, gradient, theta);
  }
  return theta;
}
//! [two_slopes]

void show_two_slopes(const SceneRequest&) {
  std::vector<TableRow> table;
  const auto add_row = [&](const std::string& name, const std::array<double, 2>& theta) {
    table.push_back({name, number_text(theta[0]), number_text(theta[1])});
  };
  for (const double rate : {0.015, 0.021}) {
    const auto descend = [&](int, const auto& gradient, auto& theta) {
      for (size_t i = 0; i < 2; ++i) theta[i] -= rate * gradient[i];
    };
    add_row(fmt::format("gradient descent, rate {}", rate), after_100_steps(descend));
  }
  PlainAdam adam(2);
  const auto move = [&](int t, const auto& gradient, auto& theta) {
    adam.step(t, 0.015, gradient, theta);
  };
  add_row("Adam, rate 0.015", after_100_steps(move));
  print_table({"after 100 steps from 1", "gentle slope", "steep slope"}, table);
}

void show_bias_correction(const SceneRequest&) {
  PlainAdam adam(1);
  const std::array<double, 1> gradient = {0.5};
  std::vector<TableRow> table;
  for (int t = 1; t <= 200; ++t) {
    std::array<double, 1> theta = {0};
    adam.step(t, 1.0, gradient, theta);
    if (t > 3 && t != 10 && t != 50 && t != 200) continue;
    const double m = adam.m[0], v = adam.v[0];
    table.push_back({std::to_string(t), number_text(m, 4), number_text(v, 4),
                     number_text(m / (1 - std::pow(0.9, t)), 4),
                     number_text(v / (1 - std::pow(0.98, t)), 4), number_text(-theta[0]),
                     number_text(m / std::sqrt(v))});
  }
  fmt::print("the gradient is 0.5 at every step; m should be 0.5, v 0.25, a step 1\n");
  print_table({"step", "m", "v", "m corrected", "v corrected", "Adam's step", "uncorrected"},
              table);
}

}  // namespace transformer
