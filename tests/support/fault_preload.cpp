// A library to be preloaded (LD_PRELOAD) into a program: one of its calls meets a fault, as the
// environment says (tests/support/fault_plan.hpp).
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "tests/support/fault_calls.hpp"

namespace transformer::test {
namespace {

/// The environment's words: TRANSFORMER_FAULT="KIND FUNCTION AT ERRNO".
struct Plan {
  int kind = 0, at = 0, error = 0;
  std::string function;
  const char* seen = std::getenv("TRANSFORMER_FAULT_SEEN");  // a file that says that it happened

  Plan() {
    char name[32] = "";
    const char* words = std::getenv("TRANSFORMER_FAULT");
    if (!words || std::sscanf(words, "%d %31s %d %d", &kind, name, &at, &error) != 4) kind = 0;
    function = name;
  }
};

}  // namespace

Fault meet_fault(const char* function, const std::string&, int& error) {
  static const Plan plan;
  static std::atomic<int> n_calls = 0;
  const auto kind = static_cast<Fault>(plan.kind);
  if (kind == Fault::none || (plan.function != "any" && plan.function != function)) {
    return Fault::none;
  }
  if (++n_calls != plan.at) return Fault::none;
  error = plan.error;
  if (plan.seen) syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, plan.seen, O_CREAT, 0600));
  return kind;
}

}  // namespace transformer::test

namespace test = transformer::test;

extern "C" {

ssize_t read(int descriptor, void* bytes, size_t n) {
  static const auto original = test::hidden(&read, "read");
  return test::with_fault("read", {}, [&](test::Fault fault) {
    return original(descriptor, bytes, fault == test::Fault::shorten && n > 0 ? 1 : n);
  });
}

int ftruncate(int descriptor, off_t size) noexcept {
  static const auto original = test::hidden(&ftruncate, "ftruncate");
  return test::with_fault("ftruncate", {}, [&](test::Fault) { return original(descriptor, size); });
}

int flock(int descriptor, int operation) noexcept {
  static const auto original = test::hidden(&flock, "flock");
  return test::with_fault("flock", {},
                          [&](test::Fault) { return original(descriptor, operation); });
}

int mkdir(const char* path, mode_t mode) noexcept {
  static const auto original = test::hidden(&mkdir, "mkdir");
  return test::with_fault("mkdir", path, [&](test::Fault) { return original(path, mode); });
}

int unlink(const char* path) noexcept {
  static const auto original = test::hidden(&unlink, "unlink");
  return test::with_fault("unlink", path, [&](test::Fault) { return original(path); });
}

int remove(const char* path) noexcept {
  static const auto original = test::hidden(&remove, "remove");
  return test::with_fault("remove", path, [&](test::Fault) { return original(path); });
}

// Not by dlsym, which maps memory itself.
void* mmap(void* address, size_t n, int protection, int flags, int descriptor,
           off_t offset) noexcept {
  return reinterpret_cast<void*>(test::with_fault("mmap", {}, [&](test::Fault) {
    return syscall(SYS_mmap, address, n, protection, flags, descriptor, offset);
  }));
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*body)(void*),
                   void* context) {
  static const auto original = test::hidden(&pthread_create, "pthread_create");
  const int result = test::with_fault("pthread_create", {}, [&](test::Fault) {
    return original(thread, attributes, body, context);
  });
  return result == -1 ? errno : result;
}
}
