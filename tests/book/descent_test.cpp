#include "src/book/descent.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "src/autograd/operations.hpp"
#include "src/tensor/tensor.hpp"

using namespace transformer;

BOOST_AUTO_TEST_CASE(a_step_takes_the_rate_times_the_derivative_away) {
  ParameterStore store(1);
  const Variable w = store.add("w", 2, 2, Initial::ones()),
                 unused = store.add("u", 1, 3, Initial::ones());
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Matrix dy = {{1, 2}, {3, 4}};
  const Variable used = tape.use(w);
  tape.backward(add(used, used), view_of(dy));
  descend(store, 0.25f);
  const Matrix expected = {{0.5f, 0.0f}, {-0.5f, -1.0f}};
  for (Index i = 0; i < 2; ++i) {
    for (Index j = 0; j < 2; ++j) BOOST_TEST(w.value()(i, j) == expected(i, j));
  }
  BOOST_TEST(unused.value()(0, 2) == 1.0f);
}

BOOST_AUTO_TEST_CASE(classes_are_learned_from_the_gradient_softmax_minus_one_hot) {
  const Matrix logits = {{0.0f, std::log(3.0f)}, {0.0f, 0.0f}};
  const std::vector<TokenId> right = {1, 0};
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(logits), true);
  const double loss = learn_classes(x, right);
  BOOST_TEST(loss == (-std::log(0.75) + std::log(2.0)) / 2, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(x.gradient()(0, 0) == 0.125f, boost::test_tools::tolerance(1e-5f));
  BOOST_TEST(x.gradient()(0, 1) == -0.125f, boost::test_tools::tolerance(1e-5f));
  BOOST_TEST(x.gradient()(1, 0) == -0.25f, boost::test_tools::tolerance(1e-5f));
  BOOST_TEST(n_right(x.value(), right) == 2);  // of two that are equal, the first counts
  const std::vector<TokenId> wrong = {0, 1};
  BOOST_TEST(n_right(x.value(), wrong) == 0);
}
