// Stopping a long run in good order.
#pragma once

#include <signal.h>

#include <array>

namespace transformer {

/// While it lives, SIGINT, SIGTERM, SIGHUP and SIGXCPU ask the program to stop: the step is
/// finished and the checkpoint saved. A second signal ends the program at once, as it would without
/// this; but not SIGXCPU after SIGXCPU, which the system sends every second. SIGUSR1 asks for a
/// checkpoint alone. A signal that was ignored before, as nohup(1) does it, stays ignored.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// The signal that came, or 0.
  int signal() const;
  /// True once for each time that a checkpoint was asked for.
  bool asks_to_save();

 private:
  static constexpr std::array handled_ = {SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1};
  std::array<struct sigaction, handled_.size()> before_;
};

}  // namespace transformer
