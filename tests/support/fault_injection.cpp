#include "tests/support/fault_injection.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <utility>

namespace transformer::test {
namespace {

FaultInjection* current_injection = nullptr;
std::array<std::string, 1024> names;  // of open files, by descriptor

std::string& name_of(int descriptor) {
  return names[static_cast<size_t>(descriptor) % names.size()];
}

// The function of the C library that one of ours hides.
template <class Function>
Function hidden(Function, const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

// Makes the call, or what the fault makes of it.
template <class Call>
auto with_fault(const char* function, const std::string& file, Call&& call)
    -> decltype(call(Fault::none)) {
  FaultInjection* injection = FaultInjection::current();
  const Fault fault = injection ? injection->meet(function, file) : Fault::none;
  if (fault == Fault::exit_before) _exit(9);
  if (fault == Fault::fail || fault == Fault::interrupt) {
    errno = fault == Fault::fail ? injection->error() : EINTR;
    return -1;
  }
  const auto result = call(fault);
  if (fault == Fault::exit_after) _exit(9);
  return result;
}

}  // namespace

FaultInjection::FaultInjection(Fault fault, int at, int error, std::string function)
    : fault_(fault), at_(at), error_(error), function_(std::move(function)) {
  current_injection = this;
}

FaultInjection::~FaultInjection() { current_injection = nullptr; }

FaultInjection* FaultInjection::current() { return current_injection; }

Fault FaultInjection::meet(const char* function, const std::string& file) {
  calls_.push_back(std::string(function) + " " + file);
  if (!function_.empty() && function_ != function) return Fault::none;
  ++n_calls_;
  // An interrupted call must work when it is repeated: every second one does.
  const bool is_hit = fault_ == Fault::interrupt ? n_calls_ % 2 == 1 : at_ == 0 || n_calls_ == at_;
  if (!is_hit || fault_ == Fault::none) return Fault::none;
  happened_ = true;
  return fault_;
}

}  // namespace transformer::test

// The functions of a program come before those of its libraries.
namespace test = transformer::test;

extern "C" {

int open(const char* path, int flags, ...) {
  static const auto original = test::hidden(&open, "open");
  va_list arguments;
  va_start(arguments, flags);
  const int mode = (flags & O_CREAT) != 0 ? va_arg(arguments, int) : 0;
  va_end(arguments);
  const int result =
      test::with_fault("open", path, [&](test::Fault) { return original(path, flags, mode); });
  if (result >= 0) test::name_of(result) = path;
  return result;
}

ssize_t write(int descriptor, const void* bytes, size_t n) {
  static const auto original = test::hidden(&write, "write");
  if (descriptor <= STDERR_FILENO) return original(descriptor, bytes, n);
  return test::with_fault("write", test::name_of(descriptor), [&](test::Fault fault) {
    return original(descriptor, bytes, fault == test::Fault::shorten && n > 0 ? 1 : n);
  });
}

int fsync(int descriptor) {
  static const auto original = test::hidden(&fsync, "fsync");
  return test::with_fault("fsync", test::name_of(descriptor),
                          [&](test::Fault) { return original(descriptor); });
}

int close(int descriptor) {
  static const auto original = test::hidden(&close, "close");
  // A close that fails has closed the file all the same.
  bool was_called = false;
  const int result = test::with_fault("close", test::name_of(descriptor), [&](test::Fault) {
    was_called = true;
    return original(descriptor);
  });
  if (!was_called) {
    const int error = errno;
    original(descriptor);
    errno = error;
  }
  return result;
}

int rename(const char* from, const char* to) noexcept {
  static const auto original = test::hidden(&rename, "rename");
  return test::with_fault("rename", to, [&](test::Fault) { return original(from, to); });
}
}
