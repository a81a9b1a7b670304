#include "src/system/threads.hpp"

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

/// What the threads share. A round is one `run`; it ends when its tasks are done, whoever did them:
/// a worker that the system lets run too late finds nothing left and is not waited for.
///
/// Each thread begins with a share of its own, a range of tasks, and then helps with the others'.
/// So the same thread does the same task of the next round, with the data still in its cache.
struct Threads::Team {
  /// The round's number in the upper half, the share's next task in the lower. A thread takes a
  /// task by counting up, which fails where a new round has begun in the meantime.
  struct alignas(64) Ticket : std::atomic<std::uint64_t> {};

  explicit Team(int n_threads) : tickets(n_threads) {}

  std::vector<Ticket> tickets;  // one for each share
  alignas(64) std::atomic<std::uint64_t> round{0};
  std::atomic<Index> n_tasks{0};
  Call call = nullptr;
  void* context = nullptr;
  std::atomic<int> n_started{0};
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<std::thread> workers;
  alignas(64) std::atomic<Index> n_done{0};

  static constexpr std::uint64_t closed = 0xFFFFFFFF;  // as a next task: beyond any
  static Index task_of(std::uint64_t ticket) { return static_cast<Index>(ticket & closed); }
  int n_shares() const { return static_cast<int>(tickets.size()); }
  Index begin_of(int share, Index n) const { return share * n / n_shares(); }

  void start_round(Index n, Call function, void* argument) {
    // Between the rounds no ticket is valid. Who sees the new number of tasks sees that, too.
    for (Ticket& ticket : tickets) ticket.store(closed, std::memory_order_relaxed);
    n_tasks.store(n, std::memory_order_release);
    n_done.store(0, std::memory_order_relaxed);
    call = function;
    context = argument;
    const std::uint64_t next = round.load(std::memory_order_relaxed) + 1;
    for (int share = 0; share < n_shares(); ++share) {
      const auto first = static_cast<std::uint64_t>(begin_of(share, n));
      tickets[share].store(next << 32 | first, std::memory_order_release);
    }
    {
      std::lock_guard lock(mutex);
      round.store(next, std::memory_order_release);
    }
    wake.notify_all();
  }

  void take_tasks_of(int share, int worker) {
    Ticket& ticket = tickets[share];
    std::uint64_t now = ticket.load(std::memory_order_acquire);
    while (task_of(now) < begin_of(share + 1, n_tasks.load(std::memory_order_acquire))) {
      if (!ticket.compare_exchange_weak(now, now + 1, std::memory_order_acq_rel,
                                        std::memory_order_acquire)) {
        continue;
      }
      call(context, task_of(now), worker);
      n_done.fetch_add(1, std::memory_order_release);
      now = ticket.load(std::memory_order_acquire);
    }
  }

  void take_tasks(int worker) {
    for (int i = 0; i < n_shares(); ++i) take_tasks_of((worker + i) % n_shares(), worker);
  }

  void work(int worker) {
    thread_scratch();
    n_started.fetch_add(1, std::memory_order_release);
    for (std::uint64_t seen = 0;;) {
      const auto is_new = [&] { return round.load(std::memory_order_acquire) != seen; };
      // Spin first, since the next round is usually near; then sleep.
      for (int spin = 0; !is_new() && spin < n_spins; ++spin) pause_briefly();
      if (!is_new()) {
        std::unique_lock lock(mutex);
        wake.wait(lock, is_new);
      }
      // Read before the tasks: a round that begins meanwhile, the last one too, is new again.
      seen = round.load(std::memory_order_acquire);
      if (stopping) return;
      take_tasks(worker);
    }
  }
};

Threads::Threads(int n_threads)
    : n_threads_(n_threads > 0
                     ? n_threads
                     : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()))) {
  if (n_threads_ == 1) return;
  team_ = std::make_unique<Team>(n_threads_);
  for (int i = 1; i < n_threads_; ++i) {
    team_->workers.emplace_back([team = team_.get(), i] { team->work(i); });
  }
  thread_scratch();
  while (team_->n_started.load(std::memory_order_acquire) < n_threads_ - 1) {
    std::this_thread::yield();
  }
}

Threads::~Threads() {
  if (!team_) return;
  team_->stopping = true;
  team_->start_round(0, nullptr, nullptr);
  for (std::thread& worker : team_->workers) worker.join();
}

void Threads::run(Index n_tasks, Call call, void* context) {
  Team& team = *team_;
  team.start_round(n_tasks, call, context);
  team.take_tasks(0);
  // Yield once spinning has gone on for long: there may be more threads than processors.
  for (int spin = 0; team.n_done.load(std::memory_order_acquire) < n_tasks; ++spin) {
    if (spin < n_spins)
      pause_briefly();
    else
      std::this_thread::yield();
  }
}

Arena& thread_scratch() {
  thread_local Arena arena(Arena::smallest);
  return arena;
}

Threads& Threads::serial() {
  static Threads one(1);
  return one;
}

}  // namespace transformer
