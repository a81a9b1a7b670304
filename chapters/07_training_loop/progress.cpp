#include "chapters/07_training_loop/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace transformer {
namespace {

constexpr double seconds_between_redraws = 0.1;
constexpr double seconds_between_lines = 5.0;
constexpr double weight_of_newest_loss = 0.02;

}  // namespace

std::string minutes_and_seconds(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::lround(std::max(0.0, seconds)));
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

Progress::Progress(std::int64_t n_steps, std::int64_t first)
    : n_steps_(n_steps),
      first_(first),
      is_terminal_(isatty(STDERR_FILENO) != 0),
      start_(Clock::now()),
      last_shown_(start_) {}

Progress::~Progress() { end_line(); }

double Progress::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

double Progress::tokens_per_second() const {
  return static_cast<double>(n_tokens_) / std::max(seconds(), 1e-9);
}

std::string Progress::line(std::int64_t step) const {
  const double per_step = seconds() / static_cast<double>(step - first_);
  const double left = per_step * static_cast<double>(n_steps_ - step);
  constexpr int width = 20;
  const auto done = static_cast<int>(width * step / n_steps_);
  const std::string bar =
      is_terminal_ ? fmt::format("[{:<{}}] ", std::string(done, '='), width) : "";
  return fmt::format("{}step {:>{}}/{}  loss {:.3f}  {:.0f} tokens/s  ETA {}", bar, step,
                     fmt::formatted_size("{}", n_steps_), n_steps_, smooth_loss_,
                     tokens_per_second(), minutes_and_seconds(left));
}

void Progress::advance(std::int64_t step, double loss, Index n_tokens) {
  const bool is_first = n_tokens_ == 0;
  smooth_loss_ = is_first ? loss : smooth_loss_ + weight_of_newest_loss * (loss - smooth_loss_);
  n_tokens_ += n_tokens;
  const auto now = Clock::now();
  const double since = std::chrono::duration<double>(now - last_shown_).count();
  const double interval = is_terminal_ ? seconds_between_redraws : seconds_between_lines;
  if (since < interval && step != n_steps_ && !is_first) return;
  last_shown_ = now;
  if (is_terminal_) {
    fmt::print(stderr, "\r\033[K{}", line(step));
    line_open_ = true;
  } else {
    fmt::print(stderr, "{}\n", line(step));
  }
  std::fflush(stderr);
}

void Progress::end_line() {
  if (line_open_) fmt::print(stderr, "\n");
  line_open_ = false;
}

}  // namespace transformer
