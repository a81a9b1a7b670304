// How far a long run is: step, loss, rate, time left.
#pragma once

#include <cstdint>
#include <string>

#include "src/base/index.hpp"

namespace transformer {

/// Shows one line that is rewritten in place on a terminal, and now and then a plain line
/// elsewhere. Everything goes to standard error.
class Progress {
 public:
  /// `first` steps of `n_steps` are done already (a resumed run).
  Progress(std::int64_t n_steps, std::int64_t first = 0);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Corrects the number of steps, where it was an estimate.
  void expect(std::int64_t n_steps) { n_steps_ = n_steps; }

  /// After step `step` (counting from 1) with `n_tokens` target tokens.
  void advance(std::int64_t step, double loss, Index n_tokens);

  /// Ends the line, so that something else may be printed.
  void end_line();

  /// Target tokens a second and seconds, since the start.
  double tokens_per_second() const;
  double seconds() const;

 private:
  std::string line(std::int64_t step) const;

  std::int64_t n_steps_, first_;
  bool is_terminal_;
  double start_, last_shown_;  // by the machine's clock
  double smooth_loss_ = 0.0;
  std::int64_t n_tokens_ = 0;
  bool line_open_ = false;
};

/// 75 s as `1:15`.
std::string minutes_and_seconds(double seconds);

}  // namespace transformer
