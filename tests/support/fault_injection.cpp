#include "tests/support/fault_injection.hpp"

#include <utility>

#include "tests/support/fault_calls.hpp"

namespace transformer::test {
namespace {

FaultInjection* current_injection = nullptr;

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

Fault meet_fault(const char* function, const std::string& file, int& error) {
  FaultInjection* injection = FaultInjection::current();
  if (!injection) return Fault::none;
  error = injection->error();
  return injection->meet(function, file);
}

}  // namespace transformer::test
