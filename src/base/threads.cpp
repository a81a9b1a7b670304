#include "src/base/threads.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace transformer {
namespace {

// About 20 microseconds: longer than the pause between two operations of a training step.
constexpr int n_spins = 4000;

inline void pause_briefly() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

/// What the threads share. A round is one `run`: its number goes up, the workers take tasks until
/// none is left, and the last one to leave reports that the round is done.
struct Threads::Team {
  std::vector<std::thread> workers;
  alignas(64) std::atomic<std::uint64_t> round{0};
  alignas(64) std::atomic<Index> next_task{0};
  alignas(64) std::atomic<int> n_busy{0};
  std::atomic<bool> stopping{false};
  Index n_tasks = 0;
  Call call = nullptr;
  void* context = nullptr;
  std::mutex mutex;
  std::condition_variable wake;

  void take_tasks(int worker) {
    for (Index i = next_task.fetch_add(1); i < n_tasks; i = next_task.fetch_add(1)) {
      call(context, i, worker);
    }
  }

  void work(int worker) {
    for (std::uint64_t seen = 0;;) {
      // Spin first, since the next round is usually near; then sleep.
      for (int spin = 0; round.load(std::memory_order_acquire) == seen && spin < n_spins; ++spin) {
        pause_briefly();
      }
      if (round.load(std::memory_order_acquire) == seen) {
        std::unique_lock lock(mutex);
        wake.wait(lock, [&] { return round.load(std::memory_order_acquire) != seen; });
      }
      seen = round.load(std::memory_order_acquire);
      if (stopping) return;
      take_tasks(worker);
      n_busy.fetch_sub(1, std::memory_order_release);
    }
  }

  void start_round() {
    {
      std::lock_guard lock(mutex);
      round.fetch_add(1, std::memory_order_release);
    }
    wake.notify_all();
  }
};

Threads::Threads(int n_threads)
    : n_threads_(n_threads > 0
                     ? n_threads
                     : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()))) {
  if (n_threads_ == 1) return;
  team_ = std::make_unique<Team>();
  for (int i = 1; i < n_threads_; ++i) {
    team_->workers.emplace_back([team = team_.get(), i] { team->work(i); });
  }
}

Threads::~Threads() {
  if (!team_) return;
  team_->stopping = true;
  team_->start_round();
  for (std::thread& worker : team_->workers) worker.join();
}

void Threads::run(Index n_tasks, Call call, void* context) {
  Team& team = *team_;
  team.n_tasks = n_tasks;
  team.call = call;
  team.context = context;
  team.next_task = 0;
  team.n_busy = n_threads_ - 1;
  team.start_round();
  team.take_tasks(0);
  // Yield once spinning has gone on for long: there may be more threads than processors.
  for (int spin = 0; team.n_busy.load(std::memory_order_acquire) > 0; ++spin) {
    if (spin < n_spins)
      pause_briefly();
    else
      std::this_thread::yield();
  }
}

Threads& Threads::serial() {
  static Threads one(1);
  return one;
}

}  // namespace transformer
