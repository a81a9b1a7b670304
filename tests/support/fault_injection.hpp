// Makes chosen calls to the system fail, to see what a program does then.
#pragma once

#include <string>
#include <vector>

#include "tests/support/fault.hpp"

namespace transformer::test {

/// While it lives, the calls of open, write, fsync, close and rename that this program makes are
/// listed, and one of them (or each, with `at` 0) meets a fault. A program that links the library
/// `fault_injection` has these functions replaced by ones that look here first. One at a time.
class FaultInjection {
 public:
  /// `at` counts the calls from 1. `function` limits counting to calls of that name; empty: all.
  explicit FaultInjection(Fault fault = Fault::none, int at = 0, int error = 0,
                          std::string function = {});
  ~FaultInjection();
  FaultInjection(const FaultInjection&) = delete;
  FaultInjection& operator=(const FaultInjection&) = delete;

  /// The calls so far, such as "write run/checkpoint.safetensors.tmp.123".
  const std::vector<std::string>& calls() const { return calls_; }
  /// True once a call met the fault.
  bool happened() const { return happened_; }

  /// For the replaced functions: lists the call and says what it meets.
  Fault meet(const char* function, const std::string& file);
  int error() const { return error_; }
  static FaultInjection* current();

 private:
  Fault fault_;
  int at_;
  int error_;
  std::string function_;
  int n_calls_ = 0;
  bool happened_ = false;
  std::vector<std::string> calls_;
};

}  // namespace transformer::test
