// A fixed team of threads that runs numbered tasks.
#pragma once

#include <atomic>
#include <memory>
#include <type_traits>

#include "src/base/index.hpp"
#include "src/system/arena.hpp"

namespace transformer {

/// Runs tasks 0 .. n-1 on a fixed number of threads, the caller among them. Which thread runs a
/// task is left open, so a task must write to places of its own: then results do not depend on the
/// number of threads.
class Threads {
 public:
  /// `n_threads` >= 1; 0 means one for each processor that this process may use. Throws Error
  /// (internal) where the system refuses to start one.
  explicit Threads(int n_threads = 1);
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  int count() const { return n_threads_; }

  /// Calls `task(i)`, or `task(i, worker)`, once for every i in [0, n_tasks) and returns when all
  /// are done. `worker`, in [0, count()), tells the threads apart: it chooses a scratch space.
  /// Allocates nothing. Throws what the first task to fail has thrown; then it is left open which
  /// of the others ran. Throws Error (internal) where the team is at work already: a task that
  /// needs a team takes `serial()`.
  template <class Task>
  void parallel_for(Index n_tasks, Task&& task) {
    const Working working(*this);
    if (n_threads_ == 1 || n_tasks <= 1) {
      for (Index i = 0; i < n_tasks; ++i) call_task(task, i, 0);
      return;
    }
    using Plain = std::remove_reference_t<Task>;
    run(
        n_tasks,
        [](void* context, Index i, int worker) {
          call_task(*static_cast<Plain*>(context), i, worker);
        },
        const_cast<void*>(static_cast<const void*>(&task)));
  }

  /// Splits [0, n) into ranges of `grain` (the last may be shorter) and calls `task(begin, end)`.
  template <class Task>
  void parallel_ranges(Index n, Index grain, Task&& task) {
    parallel_for((n + grain - 1) / grain, [&](Index i) {
      const Index begin = i * grain;
      task(begin, begin + grain < n ? begin + grain : n);
    });
  }

  /// A team of one without a state: all threads may use it, also inside a task.
  static Threads& serial();

 private:
  using Call = void (*)(void*, Index, int);
  template <class Task>
  static void call_task(Task& task, Index i, int worker) {
    if constexpr (std::is_invocable_v<Task&, Index, int>) {
      task(i, worker);
    } else {
      task(i);
    }
  }

  /// While it lives, the team is at work.
  class Working {
   public:
    explicit Working(Threads& team) : team_(team) {
      if (team.is_serial_) return;
      if (team.is_working_.load(std::memory_order_relaxed)) refuse_to_nest();
      team.is_working_.store(true, std::memory_order_relaxed);
    }
    ~Working() {
      if (!team_.is_serial_) team_.is_working_.store(false, std::memory_order_relaxed);
    }
    Working(const Working&) = delete;
    Working& operator=(const Working&) = delete;

   private:
    Threads& team_;
  };

  struct Serial {};
  explicit Threads(Serial);

  struct Team;
  void run(Index n_tasks, Call call, void* context);
  [[noreturn]] static void refuse_to_nest();

  int n_threads_;
  bool is_serial_ = false;
  std::atomic<bool> is_working_ = false;
  std::unique_ptr<Team> team_;
};

/// Scratch memory of the calling thread, which a function may rewind and use until it returns. A
/// team's threads have theirs before the first task, so that no later use allocates.
Arena& thread_scratch();

}  // namespace transformer
