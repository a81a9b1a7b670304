// Stopping a long run in good order.
#pragma once

#include <signal.h>

#include <array>

namespace transformer {

/// While it lives, SIGINT, SIGTERM and SIGHUP ask the program to stop: the step is finished and the
/// checkpoint saved. A second signal ends the program at once, as it would without this. A signal
/// that was ignored before, as nohup(1) does it, stays ignored.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// The signal that came, or 0.
  int signal() const;

 private:
  static constexpr std::array handled_ = {SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, handled_.size()> before_;
};

}  // namespace transformer
