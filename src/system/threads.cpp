#include "src/system/threads.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "src/base/error.hpp"
#include "src/system/machine.hpp"

namespace transformer {
namespace {

inline void pause_briefly() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// How a thread waits at first, since what it waits for is usually near: for longer than the pause
/// between two operations of a training step lasts. Where there are more threads than processors,
/// it lets the others work meanwhile.
class Patience {
 public:
  explicit Patience(int n_threads) : has_processor_(n_threads <= machine::n_processors()) {}

  /// The number of times that `wait` should be called.
  int n_times() const { return has_processor_ ? 4000 : 20; }
  void wait() const {
    if (has_processor_) {
      pause_briefly();
    } else {
      machine::yield_processor();
    }
  }

 private:
  bool has_processor_;
};

}  // namespace

/// What the threads share. A round is one `run`; it ends when its tasks are done, whoever did them:
/// a worker that the system lets run too late finds nothing left and is not waited for.
///
/// Each thread begins with a share of its own, a range of tasks, and then helps with the others'.
/// So the same thread does the same task of the next round, with the data still in its cache.
///
/// Thread 0 is the caller of `run`, one at a time; only it begins rounds. Invariants:
/// I1. A ticket is (number of a round, next task of the share), or closed. It changes in two ways
///     only: a claim adds 1 to it by compare-and-swap, and `start_round` sets it, to what it never
///     was before (the number of the round is new).
/// I2. So the claims of one round get tasks that differ, and a claim that read a ticket before a
///     round began does not succeed after that.
/// I3. Between rounds no claim can succeed: the tickets are at their shares' ends until they are
///     closed, n_tasks grows only after they were closed (release/acquire on n_tasks), and a closed
///     ticket is beyond every end.
/// I4. call and context change between rounds only, when no task runs, before the tickets of the
///     next round are stored (release). They are read after a claim (acquire): as that round set
///     them.
/// I5. n_done is the number of tasks of the round that have ended; a task ends after all that it
///     wrote, and after its exception, if it is the first, was put into `failure` (release). Who
///     has read n_done == n_tasks (acquire) sees all that, and no task runs.
/// I6. A worker that comes too late for a round writes nothing, and reads nothing but atomics.
/// I7. round counts up under the mutex, and a worker sleeps only after it has compared it under the
///     mutex: no wake is lost.
struct Threads::Team {
  struct alignas(64) Ticket : std::atomic<std::uint64_t> {};
  struct Worker {
    Team* team = nullptr;
    int number = 0;
    machine::ThreadHandle thread = {};
  };

  explicit Team(int n_threads) : patience(n_threads), tickets(n_threads), workers(n_threads - 1) {}
  ~Team();

  const Patience patience;
  std::vector<Ticket> tickets;  // one for each share
  alignas(64) std::atomic<std::uint64_t> round{0};
  std::atomic<Index> n_tasks{0};
  Call call = nullptr;
  void* context = nullptr;
  std::atomic<int> n_started{0};
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::condition_variable wake;
  std::exception_ptr failure;   // written under the mutex
  std::vector<Worker> workers;  // threads 1, 2, ...
  int n_workers = 0;            // how many of them run
  alignas(64) std::atomic<Index> n_done{0};

  static constexpr std::uint64_t closed = 0xFFFFFFFF;  // as a next task: beyond any
  static Index task_of(std::uint64_t ticket) { return static_cast<Index>(ticket & closed); }
  int n_shares() const { return static_cast<int>(tickets.size()); }
  Index begin_of(int share, Index n) const { return share * n / n_shares(); }

  void start_workers();
  void start_round(Index n, Call function, void* argument);
  std::optional<Index> claim(int share);
  void take_tasks(int thread);
  void wait_for_end(Index n);
  void wait_for_round(std::uint64_t seen);
  void note_failure();
  void rethrow_failure();
  static void* work(void* context);
};

/// Closes the old tickets, then says what is to be done, then hands out new ones (I3, I4).
void Threads::Team::start_round(Index n, Call function, void* argument) {
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

/// A task of this share that nobody has; nothing where all have been claimed.
std::optional<Index> Threads::Team::claim(int share) {
  Ticket& ticket = tickets[share];
  std::uint64_t now = ticket.load(std::memory_order_acquire);
  while (task_of(now) < begin_of(share + 1, n_tasks.load(std::memory_order_acquire))) {
    if (ticket.compare_exchange_weak(now, now + 1, std::memory_order_acq_rel,
                                     std::memory_order_acquire)) {
      return task_of(now);
    }
  }
  return {};
}

void Threads::Team::take_tasks(int thread) {
  for (int i = 0; i < n_shares(); ++i) {
    const int share = (thread + i) % n_shares();
    while (const std::optional<Index> task = claim(share)) {
      try {
        call(context, *task, thread);
      } catch (...) {
        note_failure();
      }
      n_done.fetch_add(1, std::memory_order_release);
    }
  }
}

void Threads::Team::note_failure() {
  std::lock_guard lock(mutex);
  if (!failure) failure = std::current_exception();
}

void Threads::Team::rethrow_failure() {
  if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
}

void Threads::Team::wait_for_end(Index n) {
  for (int i = 0; n_done.load(std::memory_order_acquire) < n; ++i) {
    if (i < patience.n_times()) {
      patience.wait();
    } else {
      machine::yield_processor();
    }
  }
}

/// Sleeps when patience has run out.
void Threads::Team::wait_for_round(std::uint64_t seen) {
  const auto is_new = [&] { return round.load(std::memory_order_acquire) != seen; };
  for (int i = 0; !is_new() && i < patience.n_times(); ++i) patience.wait();
  if (is_new()) return;
  std::unique_lock lock(mutex);
  wake.wait(lock, is_new);
}

void* Threads::Team::work(void* context) {
  const auto* worker = static_cast<const Worker*>(context);
  Team* const team = worker->team;
  try {
    thread_scratch();
  } catch (...) {
    team->note_failure();
  }
  team->n_started.fetch_add(1, std::memory_order_release);
  for (std::uint64_t seen = 0;;) {
    team->wait_for_round(seen);
    // Read before the tasks: a round that begins meanwhile, the last one too, is new again.
    seen = team->round.load(std::memory_order_acquire);
    if (team->stopping) return nullptr;
    team->take_tasks(worker->number);
  }
}

void Threads::Team::start_workers() {
  for (Worker& worker : workers) {
    worker.team = this;
    worker.number = n_workers + 1;
    if (const int error = machine::start_thread(worker.thread, work, &worker); error != 0) {
      fail(ExitCode::internal, "the system refuses thread {} of {} ({}); use fewer --threads",
           worker.number + 1, n_shares(), std::strerror(error));
    }
    ++n_workers;
  }
  while (n_started.load(std::memory_order_acquire) < n_workers) machine::yield_processor();
  rethrow_failure();
}

Threads::Team::~Team() {
  stopping = true;
  start_round(0, nullptr, nullptr);
  for (int i = 0; i < n_workers; ++i) machine::join_thread(workers[i].thread);
}

Threads::Threads(int n_threads) : n_threads_(n_threads > 0 ? n_threads : machine::n_processors()) {
  if (n_threads_ == 1) return;
  thread_scratch();
  team_ = std::make_unique<Team>(n_threads_);
  team_->start_workers();
}

Threads::Threads(Serial) : n_threads_(1), is_serial_(true) {}

Threads::~Threads() = default;

void Threads::run(Index n_tasks, Call call, void* context) {
  team_->start_round(n_tasks, call, context);
  team_->take_tasks(0);
  team_->wait_for_end(n_tasks);
  team_->rethrow_failure();
}

void Threads::refuse_to_nest() {
  fail(ExitCode::internal,
       "parallel_for: this team is at work; inside a task, use Threads::serial()");
}

Arena& thread_scratch() {
  constexpr Index room_for_a_product = Index{1} << 21;
  thread_local Arena arena(room_for_a_product);
  return arena;
}

Threads& Threads::serial() {
  static Threads one(Serial{});
  return one;
}

}  // namespace transformer
