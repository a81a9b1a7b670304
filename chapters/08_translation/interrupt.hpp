// Stopping a long run in good order.
#pragma once

namespace transformer {

/// While it lives, SIGINT, SIGTERM and SIGHUP ask the program to stop: the step is finished and the
/// checkpoint saved. A second signal ends the program at once, as it would without this.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// The signal that came, or 0.
  int signal() const;
};

}  // namespace transformer
