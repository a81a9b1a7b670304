#include "src/run/interrupt.hpp"

namespace transformer {
namespace {

volatile sig_atomic_t caught_signal = 0;
volatile sig_atomic_t save_is_asked_for = 0;

void note_signal(int number) {
  if (number == SIGUSR1) {
    save_is_asked_for = 1;
    return;
  }
  if (number == SIGXCPU && caught_signal == SIGXCPU) return;
  if (caught_signal != 0) {
    // The second one: what it does by itself, as soon as this function returns.
    ::signal(number, SIG_DFL);
    raise(number);
  }
  caught_signal = number;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  caught_signal = 0;
  save_is_asked_for = 0;
  struct sigaction note {};
  note.sa_handler = note_signal;
  note.sa_flags = SA_RESTART;
  for (size_t i = 0; i < handled_.size(); ++i) {
    sigaction(handled_[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) sigaction(handled_[i], &note, nullptr);
  }
}

InterruptGuard::~InterruptGuard() {
  for (size_t i = 0; i < handled_.size(); ++i) sigaction(handled_[i], &before_[i], nullptr);
}

int InterruptGuard::signal() const { return caught_signal; }

bool InterruptGuard::asks_to_save() {
  if (save_is_asked_for == 0) return false;
  save_is_asked_for = 0;
  return true;
}

}  // namespace transformer
