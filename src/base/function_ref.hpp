// A function that is called and not kept.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace transformer {

template <class Signature>
class FunctionRef;

/// Anything that can be called as `Result(Arguments...)`, seen from the function it is given to.
/// Unlike std::function it takes no memory, and must not outlive what it was made from.
template <class Result, class... Arguments>
class FunctionRef<Result(Arguments...)> {
 public:
  template <class Function>
  requires(!std::is_same_v<std::remove_cvref_t<Function>, FunctionRef> &&
           std::is_invocable_r_v<Result, Function&, Arguments...>) FunctionRef(Function&& function)
      : function_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* f, Arguments... arguments) -> Result {
          return (*static_cast<std::remove_reference_t<Function>*>(f))(
              std::forward<Arguments>(arguments)...);
        }) {}

  Result operator()(Arguments... arguments) const {
    return call_(function_, std::forward<Arguments>(arguments)...);
  }

 private:
  void* function_;
  Result (*call_)(void*, Arguments...);
};

}  // namespace transformer
