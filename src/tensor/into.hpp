// Where a result goes, and what happens to the numbers that stand there.
#pragma once

#include "src/tensor/view.hpp"

namespace transformer {

namespace kernel {
struct Target;
}

/// The place of a kernel's result, which either replaces the numbers there or is added to them; or
/// nowhere, where nobody wants the result: then kernels do nothing. Whoever writes an operation
/// hands it on to a kernel, and cannot take it apart: so no gradient can replace another by
/// mistake.
class Into {
 public:
  /// The result replaces what stands there.
  Into(const MatrixView& place) : place_(place) {}
  /// The result is added to what stands there.
  static Into adding_to(const MatrixView& place) {
    Into into(place);
    into.adds_ = true;
    return into;
  }
  static Into nowhere() { return Into(MatrixView()); }
  /// The same place, where the next result is added: for a sum that is worked out piece by piece.
  Into to_add_to() const { return is_wanted() ? Into(place_, true) : nowhere(); }

  /// False for nowhere.
  bool is_wanted() const { return !place_.empty(); }
  Shape shape() const { return place_.shape(); }

  /// A part of the place, for a kernel that works block by block; a part of nowhere is nowhere.
  Into rows(Index begin, Index end) const {
    return is_wanted() ? Into(place_.rows(begin, end), adds_) : nowhere();
  }
  Into columns(Index begin, Index end) const {
    return is_wanted() ? Into(place_.columns(begin, end), adds_) : nowhere();
  }

 private:
  friend struct kernel::Target;
  Into(const MatrixView& place, bool adds) : place_(place), adds_(adds) {}

  MatrixView place_;
  bool adds_ = false;
};

}  // namespace transformer
