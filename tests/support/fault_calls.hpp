// What the replaced functions share: they ask what the fault is, and make the call or not.
#pragma once

#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "tests/support/fault.hpp"

namespace transformer::test {

/// Says what the next call meets, and with which `error` it fails. Two answer: a test about its own
/// calls (fault_injection.cpp), or a test about those of a program (fault_preload.cpp).
Fault meet_fault(const char* function, const std::string& file, int& error);

/// The function of the C library that one of ours hides.
template <class Function>
Function hidden(Function, const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

/// Makes the call, or what the fault makes of it.
template <class Call>
auto with_fault(const char* function, const std::string& file, Call&& call)
    -> decltype(call(Fault::none)) {
  int error = 0;
  const Fault fault = meet_fault(function, file, error);
  if (fault == Fault::exit_before) _exit(exit_code_of_fault);
  if (fault == Fault::fail || fault == Fault::interrupt) {
    errno = fault == Fault::fail ? error : EINTR;
    return decltype(call(Fault::none))(-1);
  }
  const auto result = call(fault);
  if (fault == Fault::exit_after) _exit(exit_code_of_fault);
  return result;
}

}  // namespace transformer::test
