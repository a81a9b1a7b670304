// The functions of the C library that a fault can meet. They stand before those of the library in a
// program that is linked with this, and in one that has it preloaded.
#include "tests/support/fault_calls.hpp"

#include <fcntl.h>

#include <array>
#include <cstdarg>
#include <cstdio>

namespace transformer::test {
namespace {

// Of open files, by descriptor. Made when it is first needed: other libraries open files before
// this one is set up.
std::string& name_of(int descriptor) {
  static std::array<std::string, 1024> names;
  return names[static_cast<size_t>(descriptor) % names.size()];
}

}  // namespace
}  // namespace transformer::test

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
