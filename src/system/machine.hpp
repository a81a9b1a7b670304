// The machine as everything else sees it. One file answers for each kind of system: posix.cpp, for
// Linux, macOS and their relatives.
#pragma once

#include <cstddef>
#include <cstdint>

#include "src/base/index.hpp"

namespace transformer::machine {

// ---- Memory ------------------------------------------------------------------------------------

/// How many bytes the system hands out for `n_bytes`: whole pages, and whole large ones where that
/// wastes little.
Index whole_pages(Index n_bytes);
/// Addresses for `n_bytes`, a whole number of pages; all zeros, and backed by memory where they are
/// touched. Null where the system refuses.
std::byte* take_pages(Index n_bytes);
/// Makes `n_old` bytes of take_pages to `n_new`, with the same contents and zeros after them, maybe
/// in another place. Null, and nothing happened, where the system refuses.
std::byte* grow_pages(std::byte* pages, Index n_old, Index n_new);
void give_back_pages(std::byte* pages, Index n_bytes);

/// Bytes of memory that the machine has, or that it grants to this process, where that is less.
double physical_memory();
/// The most bytes of memory that this process has had at any time.
double peak_memory();

// ---- Processors --------------------------------------------------------------------------------

/// How many processors this process may use: not more than it is bound to, nor than its quota of
/// processor time is worth. At least 1.
int n_processors();
/// Bytes of a processor's second cache; a modest guess where the system does not tell.
Index l2_cache_bytes();

// ---- Threads -----------------------------------------------------------------------------------

/// What `join_thread` needs to know.
struct ThreadHandle {
  std::uintptr_t bits = 0;
};

/// Starts `body(context)` on a thread with a small stack. Returns 0, or the error number that says
/// why the system refuses.
int start_thread(ThreadHandle& thread, void* (*body)(void*), void* context);
/// Waits for its end.
void join_thread(ThreadHandle thread);
/// Lets another thread run.
void yield_processor();

// ---- Streams, clock, process --------------------------------------------------------------------

enum class Stream { in = 0, out = 1, error = 2 };

bool is_terminal(Stream stream);
/// How many columns the terminal has; 0 where the system does not tell.
Index terminal_columns(Stream stream);

/// Gives a standard stream that was closed a file that cannot be used, so that no other file gets
/// its number. False, with the reason in errno, where there is none.
bool occupy_standard_streams();

/// Seconds since some moment; never runs back.
double seconds();

/// Tells this process from all others that run now.
std::int64_t process_id();

}  // namespace transformer::machine
