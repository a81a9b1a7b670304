#include <cmath>
#include <limits>

#include "src/book/formulas.hpp"
#include "src/kernels/kernels.hpp"
#include "src/kernels/table.hpp"
#include "tests/support/close.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

const RandomKey key{.seed = 0x123456789ABCDEF0, .step = 77, .site = 3};

}  // namespace

BOOST_AUTO_TEST_SUITE(dropout_kernel)

BOOST_AUTO_TEST_CASE(what_is_dropped_follows_the_words_of_the_key_exactly) {
  for_every_shape([](Shape shape) {
    for (const float p : {0.1f, 0.5f, 0.9f}) {
      const Matrix x = random_matrix(shape, 1);
      Framed from(x), to(shape);
      dropout_forward(from.view(), {p, key}, to.view());
      BOOST_TEST(to.is_whole());
      const double kept = 1 - static_cast<double>(std::lround(p * 0x1p16)) * 0x1p-16;
      const double kept_scale = static_cast<float>(1 / kept);
      for (Index i = 0; i < shape.n_rows; ++i) {
        for (Index j = 0; j < shape.n_columns; ++j) {
          const std::uint64_t e = static_cast<std::uint64_t>(i * shape.n_columns + j);
          const bool keep = key.half_word(e) >= std::lround(p * 0x1p16);
          const float expected = keep ? static_cast<float>(kept_scale * x(i, j)) : 0.0f;
          BOOST_REQUIRE_EQUAL(to.view()(i, j), expected);
        }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_half_word_that_equals_the_threshold_is_kept_and_the_next_one_drops_it) {
  under_every_instruction_set([] {
    Matrix ones = zeros(1, 40);
    ones.fill(1.0f);
    for (Index e = 0; e < 40; ++e) {
      const auto half_word = key.half_word(static_cast<std::uint64_t>(e));
      const auto is_kept_by = [&](int threshold) {
        Matrix y = ones;
        dropout_forward(view_of(ones), {static_cast<float>(threshold * 0x1p-16), key}, view_of(y));
        return y(0, e) != 0.0f;
      };
      BOOST_TEST(is_kept_by(half_word));
      if (half_word < 0xFFFF) BOOST_TEST(!is_kept_by(half_word + 1));
    }
  });
}

BOOST_AUTO_TEST_CASE(p_is_rounded_to_a_multiple_of_2_to_the_minus_16) {
  under_every_instruction_set([] {
    Matrix ones = zeros(1000, 1000);
    ones.fill(1.0f);
    const auto dropped_with = [&](double p) {
      Matrix y = ones;
      dropout_forward(view_of(ones), {static_cast<float>(p), key}, view_of(y));
      return Matrix(xt::cast<float>(xt::equal(y, 0.0f)));
    };
    BOOST_TEST((dropped_with(1000.4 * 0x1p-16) == dropped_with(1000 * 0x1p-16)));
    BOOST_TEST((dropped_with(1000.6 * 0x1p-16) == dropped_with(1001 * 0x1p-16)));
    BOOST_TEST((dropped_with(0.4 * 0x1p-16) == dropped_with(0)));
    BOOST_TEST((dropped_with(1 - 0x1p-20) == dropped_with(1 - 0x1p-16)));
  });
}

BOOST_AUTO_TEST_CASE(views_with_and_without_gaps_drop_the_same_elements) {
  for_every_shape([](Shape shape) {
    Matrix x = random_matrix(shape, 2);
    Framed framed(x);
    dropout_forward(framed.view(), {0.3f, key}, framed.view());
    dropout_forward(view_of(x), {0.3f, key}, view_of(x));
    BOOST_TEST(same_bits(view_of(x), framed.view()));
    BOOST_TEST(framed.is_whole());
  });
}

BOOST_AUTO_TEST_CASE(the_share_of_what_is_dropped_is_p_and_the_mean_stays) {
  under_every_instruction_set([] {
    for (const double p : {0.01, 0.1, 0.5}) {
      Matrix ones = zeros(1000, 1000);
      ones.fill(1.0f);
      dropout_forward(view_of(ones), {static_cast<float>(p), key}, view_of(ones));
      const double share = static_cast<double>(xt::sum(xt::equal(ones, 0.0f))()) / 1e6;
      // Four standard deviations of a million draws.
      BOOST_TEST(std::abs(share - p) < 4 * std::sqrt(p * (1 - p) / 1e6));
      BOOST_TEST(std::abs(xt::mean(ones)() - 1) < 4 * std::sqrt(p / (1 - p) / 1e6));
    }
  });
}

BOOST_AUTO_TEST_CASE(the_backward_pass_drops_what_the_forward_pass_dropped) {
  for_every_shape([](Shape shape) {
    // Dropout is linear: its gradient at dy is dropout of dy with the same key.
    const Matrix dy = random_matrix(shape, 3);
    Framed dx(shape);
    dropout_forward(view_of(dy), {0.2f, key}, dx.view());
    BOOST_TEST(close(dx.view(), formula::dropout<double>(dy, 0.2f, key), 2e-7));
  });
}

BOOST_AUTO_TEST_CASE(another_step_site_or_seed_drops_other_elements) {
  Matrix ones = zeros(40, 50);
  ones.fill(1.0f);
  const auto dropped_under = [&](RandomKey other) {
    Matrix y = ones;
    dropout_forward(view_of(ones), {0.5f, other}, view_of(y));
    return y;
  };
  under_every_instruction_set([&] {
    const Matrix first = dropped_under({.seed = 1, .step = 1, .site = 1});
    BOOST_TEST((first == dropped_under({.seed = 1, .step = 1, .site = 1})));
    BOOST_TEST((first != dropped_under({.seed = 2, .step = 1, .site = 1})));
    BOOST_TEST((first != dropped_under({.seed = 1ull << 32 | 1, .step = 1, .site = 1})));
    BOOST_TEST((first != dropped_under({.seed = 1, .step = 2, .site = 1})));
    BOOST_TEST((first != dropped_under({.seed = 1, .step = 1, .site = 2})));
  });
}

BOOST_AUTO_TEST_CASE(the_words_of_a_very_large_matrix_do_not_come_again) {
  // Its elements from 2^35 on have blocks whose numbers take more than 32 bits.
  under_every_instruction_set([] {
    const std::uint64_t first = (1ull << 35) - 24;
    const std::vector<float> ones(64, 1.0f);
    std::vector<float> y(64);
    kernel::active_kernels().rows.dropout(ones.data(), 64, {key, 0x8000, 2.0f}, first, y.data());
    for (size_t e = 0; e < y.size(); ++e) {
      BOOST_TEST(y[e] == (key.half_word(first + e) >= 0x8000 ? 2.0f : 0.0f));
    }
  });
}

BOOST_AUTO_TEST_CASE(p_of_zero_keeps_everything) {
  for_every_shape([](Shape shape) {
    const Matrix x = random_matrix(shape, 4);
    Framed y(shape);
    dropout_forward(view_of(x), {0.0f, key}, y.view());
    BOOST_TEST(same_bits(y.view(), view_of(x)));
    BOOST_TEST(y.is_whole());
  });
}

BOOST_AUTO_TEST_CASE(the_scale_belongs_to_the_rounded_p_so_that_the_mean_stays) {
  under_every_instruction_set([] {
    for (const double p : {0.00001, 0.9, 0.999, 0.9999, 0.99999, 1 - 0x1p-24}) {
      Matrix ones = constant_matrix({1000, 1000}, 1.0f);
      dropout_forward(view_of(ones), {static_cast<float>(p), key}, view_of(ones));
      // The expected number of draws that stay decides how far the mean may be from 1.
      const double kept = std::max(1 - std::round(p * 0x1p16) * 0x1p-16, 0x1p-16);
      const double mean = xt::mean(xt::cast<double>(ones))();
      BOOST_TEST(std::abs(mean - 1) < 4 * std::sqrt((1 - kept) / kept / 1e6) + 1e-12, p);
    }
  });
}

BOOST_AUTO_TEST_CASE(a_p_that_is_no_probability_below_one_is_refused) {
  Matrix x = constant_matrix({2, 3}, 1.0f);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const float p : {-0.1f, 1.0f, 1.5f, nan, std::numeric_limits<float>::infinity()}) {
    BOOST_TEST(fails(ExitCode::internal, "it must be at least 0 and less than 1", [&] {
      dropout_forward(view_of(x), {p, key}, view_of(x));
    }));
  }
}

BOOST_AUTO_TEST_CASE(what_is_left_is_added_to_what_is_there) {
  for_every_shape([](Shape shape) {
    for (const float p : {0.0f, 0.3f}) {
      const Matrix x = random_matrix(shape, 1), before = random_matrix(shape, 2);
      Framed once(shape), added(before);
      dropout_forward(view_of(x), {p, key}, once.view());
      dropout_forward(view_of(x), {p, key}, Into::adding_to(added.view()));
      BOOST_TEST(close(added.view(), Matrix(before + matrix_of<float>(once.view())), 1e-6));
      BOOST_TEST(added.is_whole());
    }
  });
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused) {
  Matrix a = zeros(2, 3), b = zeros(3, 2);
  BOOST_TEST(fails(ExitCode::internal, "dropout_forward: x is (2, 3), y is (3, 2)", [&] {
    dropout_forward(view_of(a), {0.5f, key}, view_of(b));
  }));
}

BOOST_AUTO_TEST_CASE(what_is_dropped_is_zero_even_where_it_was_infinite) {
  under_every_instruction_set([] {
    Matrix x = zeros(3, 50);
    x.fill(std::numeric_limits<float>::infinity());
    dropout_forward(view_of(x), {0.5f, key}, view_of(x));
    BOOST_TEST(!xt::any(xt::isnan(x)));
  });
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  const Shape shape = {300, 217};
  const Matrix x = random_matrix(shape, 5);
  check_same_bits_for_any_number_of_threads(shape, [&](Threads& threads, MatrixView out) {
    dropout_forward(view_of(x), {0.1f, key}, out, threads);
  });
}

BOOST_AUTO_TEST_SUITE_END()
