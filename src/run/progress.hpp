// How far a long run is: step, loss, rate, time left.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "src/base/index.hpp"

namespace transformer {

/// How fast it went in the last half minute: what was before, a laptop's sleep too, does not count.
class RecentRate {
 public:
  struct Sample {
    double time = 0.0;  ///< In seconds.
    std::int64_t step = 0, n_tokens = 0;
  };

  explicit RecentRate(const Sample& start) { samples_.fill(start); }

  void note(const Sample& newest);
  double steps_per_second() const { return per_second(&Sample::step); }
  double tokens_per_second() const { return per_second(&Sample::n_tokens); }

 private:
  double per_second(std::int64_t Sample::*count) const;

  static constexpr double window = 30.0, spacing = 1.0;  // seconds
  std::array<Sample, 32> samples_;                       // a ring
  size_t last_ = 0;
  Sample newest_;
};

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

  /// Target tokens a second and seconds, since the start.
  double tokens_per_second() const;
  double seconds() const;
  /// Target tokens a second in the last half minute.
  double recent_tokens_per_second() const { return recent_.tokens_per_second(); }

 private:
  std::string line(std::int64_t step) const;

  std::int64_t n_steps_;
  bool is_terminal_;
  double start_, last_shown_;  // by the machine's clock
  double smooth_loss_ = 0.0;
  std::int64_t n_tokens_ = 0;
  RecentRate recent_;
};

/// 75 s as `1:15`.
std::string minutes_and_seconds(double seconds);

}  // namespace transformer
