#include "src/book/attention_formulas.hpp"
#include "src/kernels/kernels.hpp"
#include "tests/support/close.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

struct Sizes {
  Index n_heads, d_k, n_keys;
};

/// Fewer heads than four, more, and none of either; heads narrower than a register and wider; one
/// key, fewer than four, more than a register has lanes.
const std::vector<Sizes> all_sizes = {{1, 1, 1},   {1, 64, 3}, {2, 7, 4},   {3, 16, 5},
                                      {4, 32, 15}, {5, 9, 17}, {8, 64, 70}, {9, 40, 33}};

MatrixOf<double> doubled(ConstMatrixView x) { return matrix_of<double>(x); }

}  // namespace

BOOST_AUTO_TEST_SUITE(attend_kernel)

BOOST_AUTO_TEST_CASE(one_query_finds_in_each_head_what_the_formula_says_and_writes_nothing_else) {
  under_every_instruction_set([] {
    for (const auto [n_heads, d_k, n_keys] : all_sizes) {
      const Index d = n_heads * d_k;
      // Keys and values side by side, as a decoder keeps them.
      Framed q(random_matrix({1, d}, 1)), kv(random_matrix({n_keys, 2 * d}, 2)), y({1, d});
      Matrix weights = zeros(n_heads, n_keys);
      const ConstMatrixView keys = kv.view().columns(0, d), values = kv.view().columns(d, 2 * d);
      attend(q.view(), keys, values, view_of(weights), y.view());
      for (Index h = 0; h < n_heads; ++h) {
        const Index begin = h * d_k, end = begin + d_k;
        const auto head = [&](ConstMatrixView all) { return doubled(all.columns(begin, end)); };
        const MatrixOf<double> expected =
            formula::attention(head(q.view()), head(keys), head(values), Mask::none);
        BOOST_TEST(close(y.view().columns(begin, end), expected, 2e-6));
      }
      BOOST_TEST(y.is_whole());
      BOOST_TEST(kv.is_whole());
    }
  });
}

BOOST_AUTO_TEST_CASE(large_scores_do_not_overflow) {
  under_every_instruction_set([] {
    Matrix q = {{100.0f}}, keys = {{100.0f}, {-100.0f}}, values = {{3.0f}, {5.0f}};
    Matrix weights = zeros(1, 2), y = zeros(1, 1);
    attend(view_of(q), view_of(keys), view_of(values), view_of(weights), view_of(y));
    BOOST_TEST(y(0, 0) == 3.0f);
  });
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused) {
  Matrix q = zeros(1, 6), two = zeros(2, 6), keys = zeros(3, 6), narrow = zeros(3, 4);
  Matrix weights = zeros(2, 3), few = zeros(2, 2), four = zeros(4, 3), y = zeros(1, 6);
  const auto of = [&](Matrix& a, Matrix& k, Matrix& v, Matrix& w, Matrix& into) {
    attend(view_of(a), view_of(k), view_of(v), view_of(w), view_of(into));
  };
  of(q, keys, keys, weights, y);
  BOOST_TEST(fails(ExitCode::internal, "attend", [&] { of(two, keys, keys, weights, two); }));
  BOOST_TEST(fails(ExitCode::internal, "attend", [&] { of(q, narrow, narrow, weights, y); }));
  BOOST_TEST(fails(ExitCode::internal, "attend", [&] { of(q, keys, narrow, weights, y); }));
  BOOST_TEST(fails(ExitCode::internal, "attend", [&] { of(q, keys, keys, few, y); }));
  BOOST_TEST(fails(ExitCode::internal, "attend", [&] { of(q, keys, keys, four, y); }));
  BOOST_TEST(fails(ExitCode::internal, "attend", [&] { of(q, keys, keys, weights, two); }));
}

BOOST_AUTO_TEST_SUITE_END()
