// What holds for every operation: its value is its formula's, and its gradients are what numeric
// differences of the formula say, however the graph around it looks.
#include "tests/chapters/operation_table.hpp"

#include <boost/test/data/test_case.hpp>

#include "src/autograd/operations.hpp"

using namespace transformer;
using namespace transformer::test;

namespace boost::test_tools::tt_detail {
template <>
struct print_log_value<OperationRow> {
  void operator()(std::ostream& out, const OperationRow& row) {
    out << row.name << " " << row.variant;
  }
};
}  // namespace boost::test_tools::tt_detail

namespace transformer::test {

/// How the graph around the operation looks.
struct Graph {
  std::string_view what;
  int n_calls = 1;       ///< So many calls of the operation on the same inputs, added up.
  int n_uses = 1;        ///< So many uses of each result.
  Index n_frozen = 0;    ///< The first inputs want no gradient, ...
  Index n_wanted = 100;  ///< ... and of the others so many do.
};

/// Numbers of one row and loss: <result, dy> with fixed random dy.
class Check {
 public:
  Check(const OperationRow& row, Index n, Index width)
      : call_(row.make(on_, n, width)),
        gradient_tolerance_(tolerance * (width == 1 ? row.terms_at_width_1 : 1.0)) {
    matrices_ = values_of(on_.store);
    for (const Matrix& input : call_.inputs) {
      matrices_.push_back(matrix_of<double>(view_of(input)));
    }
  }

  size_t n_inputs() const { return call_.inputs.size(); }

  void operator()(const Graph& graph) {
    on_.tape.begin(Mode::training, OnTape::seed, OnTape::step);
    on_.store.forget_gradients();
    const Variables inputs = inputs_of(graph);
    Variable y = used(inputs, graph);
    for (int i = 1; i < graph.n_calls; ++i) y = add(y, used(inputs, graph));
    BOOST_TEST(close(y.value(), of_graph(graph, matrices_), tolerance));
    if (!y.wants_gradient()) return;
    dy_ = random_matrix(y.shape(), 99, 1.0f);
    on_.tape.backward(y, view_of(dy_));
    on_.store.complete_gradients();
    on_.store.gradients();
    compare_gradients(graph, inputs);
  }

  /// Nothing wants a gradient, or nothing is trained: the value stays the same.
  void without_gradients() {
    on_.tape.begin(Mode::inference);
    const Variable y = call_.operation(inputs_of({"", 1, 1, 0}));
    BOOST_TEST(!y.wants_gradient());
  }

 private:
  static constexpr double tolerance = 4e-6;

  Variables inputs_of(const Graph& graph) {
    Variables inputs;
    for (Index i = 0; i < std::ssize(call_.inputs); ++i) {
      const bool wants = i >= graph.n_frozen && i < graph.n_frozen + graph.n_wanted;
      inputs.push_back(on_.tape.input(view_of(call_.inputs[static_cast<size_t>(i)]), wants));
    }
    return inputs;
  }

  Variable used(const Variables& inputs, const Graph& graph) {
    const Variable once = call_.operation(inputs);
    Variable y = once;
    for (int i = 1; i < graph.n_uses; ++i) y = add(y, once);
    return y;
  }

  Double of_graph(const Graph& graph, const DoubleMatrices& m) const {
    Double sum = graph.n_uses * call_.formula(m, 0);
    for (int i = 1; i < graph.n_calls; ++i) {
      sum += graph.n_uses * call_.formula(m, static_cast<std::uint32_t>(i));
    }
    return sum;
  }

  void compare_gradients(const Graph& graph, const Variables& inputs) {
    std::vector<ConstMatrixView> gradients = gradients_of(on_.store);
    for (const Variable x : inputs) {
      BOOST_TEST(x.has_gradient() == x.wants_gradient());
      gradients.push_back(x.gradient());  // empty where none is wanted
    }
    const auto loss = [&](const DoubleMatrices& m) {
      return inner_product(of_graph(graph, m), dy_);
    };
    BOOST_TEST(check_gradient(loss, matrices_, gradients, {.tolerance = gradient_tolerance_}));
  }

  OnTape on_;
  Call call_;
  double gradient_tolerance_;
  DoubleMatrices matrices_;
  Matrix dy_;
};

const std::vector<Graph> graphs = {{"used once"},
                                   {"its result used twice", 1, 2},
                                   {"two operations on the same inputs", 2, 1},
                                   {"both", 2, 3},
                                   {"the first input frozen", 1, 1, 1},
                                   {"two operations, the first input frozen", 2, 2, 1},
                                   {"all but the first input frozen", 1, 1, 0, 1},
                                   {"all inputs frozen", 1, 1, 100}};

}  // namespace transformer::test

BOOST_AUTO_TEST_SUITE(operation_table)

BOOST_DATA_TEST_CASE(its_value_and_its_gradients_are_right_in_every_graph,
                     boost::unit_test::data::make(operation_rows()), row) {
  for (const Index n : {0, 1, 5}) {
    for (const Index width : {1, 9}) {
      if (n < row.fewest_rows) continue;
      Check check(row, n, width);
      for (const Graph& graph : graphs) {
        BOOST_TEST_CONTEXT(graph.what << ", " << n << " rows, width " << width) {
          under_every_instruction_set([&] { check(graph); });
        }
      }
      check.without_gradients();
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
