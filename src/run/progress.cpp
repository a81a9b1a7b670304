#include "src/run/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "src/run/output.hpp"
#include "src/system/machine.hpp"

namespace transformer {
namespace {

constexpr double seconds_between_redraws = 0.1;
constexpr double seconds_between_lines = 5.0;
constexpr double weight_of_newest_loss = 0.02;

/// Can a line on standard error be written over?
bool has_live_line() {
  const char* terminal = std::getenv("TERM");
  return machine::is_terminal(machine::Stream::error) && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

/// A line that is longer than the terminal is wide could not be written over.
size_t columns_of_terminal() {
  const Index n = machine::terminal_columns(machine::Stream::error);
  return n > 1 ? static_cast<size_t>(n) : 80;
}

}  // namespace

std::string minutes_and_seconds(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::lround(std::max(0.0, seconds)));
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

void RecentRate::note(const Sample& newest) {
  newest_ = newest;
  if (newest.time - samples_[last_].time < spacing) return;
  last_ = (last_ + 1) % samples_.size();
  samples_[last_] = newest;
}

double RecentRate::per_second(std::int64_t Sample::*count) const {
  // The newest sample from before the window; the oldest where there is none.
  Sample from = samples_[(last_ + 1) % samples_.size()];
  for (size_t i = 1; i <= samples_.size(); ++i) {
    const Sample& sample = samples_[(last_ + i) % samples_.size()];
    if (sample.time <= newest_.time - window) from = sample;
  }
  const double seconds = std::max(newest_.time - from.time, 1e-9);
  return static_cast<double>(newest_.*count - from.*count) / seconds;
}

Progress::Progress(std::int64_t n_steps, std::int64_t first)
    : n_steps_(n_steps),
      is_terminal_(has_live_line()),
      start_(machine::seconds()),
      last_shown_(start_),
      recent_({start_, first, 0}) {}

Progress::~Progress() { end_live_line(); }

double Progress::seconds() const { return machine::seconds() - start_; }

double Progress::tokens_per_second() const {
  return static_cast<double>(n_tokens_) / std::max(seconds(), 1e-9);
}

std::string Progress::line(std::int64_t step) const {
  const double left = static_cast<double>(n_steps_ - step) / recent_.steps_per_second();
  constexpr int width = 20;
  const auto done = static_cast<int>(width * step / n_steps_);
  const std::string bar =
      is_terminal_ ? fmt::format("[{:<{}}] ", std::string(done, '='), width) : "";
  return fmt::format("{}step {:>{}}/{}  loss {:.3f}  {:.0f} tokens/s  ETA {}", bar, step,
                     fmt::formatted_size("{}", n_steps_), n_steps_, smooth_loss_,
                     recent_.tokens_per_second(), minutes_and_seconds(left));
}

void Progress::advance(std::int64_t step, double loss, Index n_tokens) {
  const bool is_first = n_tokens_ == 0;
  if (is_first || !std::isfinite(smooth_loss_)) smooth_loss_ = loss;
  if (std::isfinite(loss)) smooth_loss_ += weight_of_newest_loss * (loss - smooth_loss_);
  n_tokens_ += n_tokens;
  const double now = machine::seconds();
  recent_.note({now, step, n_tokens_});
  const double interval = is_terminal_ ? seconds_between_redraws : seconds_between_lines;
  if (now - last_shown_ < interval && step != n_steps_ && !is_first) return;
  last_shown_ = now;
  if (is_terminal_) {
    show_live_line(line(step).substr(0, columns_of_terminal() - 1));
  } else {
    write_message(line(step) + "\n");
  }
}

}  // namespace transformer
