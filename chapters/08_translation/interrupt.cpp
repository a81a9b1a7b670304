#include "chapters/08_translation/interrupt.hpp"

#include <array>
#include <csignal>

namespace transformer {
namespace {

volatile std::sig_atomic_t caught_signal = 0;
constexpr std::array handled_signals = {SIGINT, SIGTERM, SIGHUP};

void note_signal(int number) {
  caught_signal = number;
  for (const int handled : handled_signals) std::signal(handled, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  caught_signal = 0;
  for (const int handled : handled_signals) std::signal(handled, note_signal);
}

InterruptGuard::~InterruptGuard() {
  for (const int handled : handled_signals) std::signal(handled, SIG_DFL);
}

int InterruptGuard::signal() const { return caught_signal; }

}  // namespace transformer
