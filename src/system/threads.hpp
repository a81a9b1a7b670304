// A fixed team of threads that runs numbered tasks.
#pragma once

#include <memory>
#include <type_traits>

#include "src/base/index.hpp"
#include "src/system/arena.hpp"

namespace transformer {

/// Runs tasks 0 .. n-1 on a fixed number of threads, the caller among them. Which thread runs a
/// task is left open, so a task must write to places of its own: then results do not depend on the
/// number of threads. Tasks must not throw and must not start a `parallel_for` themselves.
class Threads {
 public:
  /// `n_threads` >= 1; 0 means one for each processor that this process may use.
  explicit Threads(int n_threads = 1);
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  int count() const { return n_threads_; }

  /// Calls `task(i)`, or `task(i, worker)`, once for every i in [0, n_tasks) and returns when all
  /// are done. `worker`, in [0, count()), tells the threads apart: it chooses a scratch space.
  /// Allocates nothing.
  template <class Task>
  void parallel_for(Index n_tasks, Task&& task) {
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

  /// A team of one, for code that runs inside a task already.
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
  struct Team;
  void run(Index n_tasks, Call call, void* context);

  int n_threads_;
  std::unique_ptr<Team> team_;
};

/// Scratch memory of the calling thread, which a function may rewind and use until it returns. A
/// team's threads have theirs before the first task, so that no later use allocates.
Arena& thread_scratch();

}  // namespace transformer
