// Write: a tape for single numbers, in thirty lines.
//
// A number on the tape is known by its place in `values`. Every operation computes its result and
// appends, to `records`, what is to be done on the way back: it adds to `gradients` of its inputs.
// `backward(loss)` gives each gradient its beginning, and then plays the records. `add` and `input`
// are there; `multiply`, `relu` and `backward` are to be written.
#pragma once

#include <functional>
#include <vector>

namespace transformer {

class SmallTape {
 public:
  //! [add]
  /// A number that nothing on the tape has made. Like all operations it gives its place.
  int input(double value) {
    values.push_back(value);
    gradients.push_back(0.0);
    return static_cast<int>(values.size()) - 1;
  }
  int add(int a, int b) {
    const int y = input(values[a] + values[b]);
    records.push_back([=, this] {
      gradients[a] += gradients[y];
      gradients[b] += gradients[y];
    });
    return y;
  }
  //! [add]
  int multiply(int a, int b);
  int relu(int a);  ///< max(0, a); where a is 0 it passes nothing on.

  /// Afterwards gradients[i] is the derivative of number `loss` by number i, also where `backward`
  /// is called a second time.
  void backward(int loss);

  std::vector<double> values, gradients;
  std::vector<std::function<void()>> records;
};

}  // namespace transformer
