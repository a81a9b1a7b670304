#include <map>

#include "chapters/11_complexity/program/demonstrations.hpp"
#include "chapters/11_complexity/program/layers.hpp"
#include "src/book/examples.hpp"
#include "src/book/local_formulas.hpp"
#include "src/book/numeric_gradient.hpp"
#include "src/book/receipts.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {

void show_by_hand(const SceneRequest&) {
  const std::vector<Index> offsets = {0, 5, 7};
  const Matrix x = {{1.0f}, {2.0f}, {4.0f}, {7.0f}, {11.0f}, {5.0f}, {6.0f}}, b = {{0.0f}};
  const Matrix w = {{-1.0f}, {0.0f}, {1.0f}};
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const auto convolved = [&](const Taps& taps) {
    return convolution(tape.input(view_of(x)), tape.input(view_of(w)), tape.input(view_of(b)),
                       {offsets}, taps)
        .value();
  };
  Matrix all = zeros(7, 4);
  const std::vector<ConstMatrixView> columns = {
      view_of(x), convolved({}), convolved({.is_causal = true}), convolved({.dilation = 2})};
  for (Index c = 0; c < 4; ++c) {
    copy_to(columns[static_cast<size_t>(c)], view_of(all).columns(c, c + 1));
  }
  print_matrix("three taps, -1, 0 and 1", view_of(all),
               {.row_labels = {"the", "dog", "ate", "the", "cat", "stop", "</s>"},
                .column_labels = {"x", "y", "causal", "dilation 2"},
                .digits = 0});
}

namespace {

/// The plain convolution of the reference file.
struct ReferenceConvolution {
  ReferenceConvolution() : x(of("x")), w(of("parameters/w")), b(of("parameters/b")), dy(of("dy")) {}

  MatrixOf<double> of(const std::string& name) {
    return matrix_of<double>(view_of(numbers[name] = check.input("plain/" + name)));
  }
  double loss() const {
    return xt::sum(formula::convolution(x, w, b, {offsets}, Taps{}.offsets()) * dy)();
  }

  ReferenceCheck check{reference_file("11_complexity")};
  std::map<std::string, Matrix> numbers;
  MatrixOf<double> x, w, b, dy;
  std::vector<Index> offsets = check.offsets("offsets");
};

}  // namespace

void show_receipts(const SceneRequest&) {
  ReferenceConvolution reference;
  std::map<std::string, Matrix>& numbers = reference.numbers;
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(numbers["x"]), true),
                 w = tape.input(view_of(numbers["parameters/w"]), true),
                 b = tape.input(view_of(numbers["parameters/b"]), true);
  tape.backward(convolution(x, w, b, {reference.offsets}, {}), view_of(numbers["dy"]));
  const auto loss = [&] { return reference.loss(); };
  print_receipts(std::vector<Receipt>{{"dx", x.gradient(), numeric_gradient(reference.x, loss),
                                       reference.check.input("plain/gradients/x")},
                                      {"dW", w.gradient(), numeric_gradient(reference.w, loss),
                                       reference.check.input("plain/gradients/w")}},
                 0);
}

}  // namespace transformer
