#include "src/book/formulas.hpp"
#include "src/kernels/kernels.hpp"
#include "tests/support/close.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/gradient_check.hpp"
#include "tests/support/kernel_cases.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

constexpr float epsilon = 1e-5f;

/// Inputs and outputs of a layer norm, in frames.
struct Case {
  explicit Case(Shape s, float offset = 0.0f)
      : shape(s),
        x(random_matrix(s, 1) + offset),
        gain(random_matrix({1, s.n_columns}, 2) + 1.0f),
        bias(random_matrix({1, s.n_columns}, 3)),
        moments(zeros(2, s.n_rows)) {}

  LayerNormMoments moment_spans() {
    const auto n = static_cast<size_t>(shape.n_rows);
    return {{view_of(moments).row(0), n}, {view_of(moments).row(1), n}};
  }
  MatrixOf<double> expected(const MatrixOf<double>& of) const {
    return formula::layer_norm<double>(of, xt::row(gain, 0), xt::row(bias, 0), epsilon);
  }

  Shape shape;
  Matrix x, gain, bias, moments;
};

const std::vector<Shape> gradient_shapes = {{1, 2}, {4, 1}, {3, 7}, {19, 17}, {2, 67}};

}  // namespace

BOOST_AUTO_TEST_SUITE(layer_norm_kernels)

BOOST_AUTO_TEST_CASE(the_forward_pass_is_the_formula_and_writes_nothing_else) {
  for_every_shape([](Shape shape) {
    Case c(shape);
    Framed from(c.x), y(shape);
    layer_norm_forward(from.view(), {view_of(c.gain), view_of(c.bias), epsilon}, y.view(),
                       c.moment_spans());
    BOOST_TEST(close(y.view(), c.expected(c.x), 4e-6));
    BOOST_TEST(y.is_whole());

    const MatrixOf<double> x = c.x;
    const formula::VectorOf<double> mean = xt::mean(x, {1});
    const formula::VectorOf<double> variance = xt::mean(xt::square(x - formula::column(mean)), {1});
    const formula::VectorOf<double> reciprocal = 1 / xt::sqrt(variance + epsilon);
    BOOST_TEST(close(view_of(c.moments).rows(0, 1), mean, 1e-6));
    BOOST_TEST(close(view_of(c.moments).rows(1, 2), reciprocal, 2e-6));
  });
}

BOOST_AUTO_TEST_CASE(numbers_far_from_zero_lose_no_more_than_their_own_rounding) {
  under_every_instruction_set([] {
    Case c({3, 515}, 1000.0f);
    Matrix y = zeros(3, 515);
    layer_norm_forward(view_of(c.x), {view_of(c.gain), view_of(c.bias), epsilon}, view_of(y), {});
    BOOST_TEST(close(y, c.expected(c.x), 5e-4));  // 1000 is known to 6e-5
  });
}

BOOST_AUTO_TEST_CASE(a_row_of_equal_numbers_becomes_the_bias) {
  under_every_instruction_set([] {
    Case c({2, 37});
    c.x.fill(3.0f);
    Matrix y = zeros(2, 37);
    layer_norm_forward(view_of(c.x), {view_of(c.gain), view_of(c.bias), epsilon}, view_of(y), {});
    BOOST_TEST(close(y, c.expected(c.x), 1e-6));
  });
}

BOOST_AUTO_TEST_CASE(residual_and_dropout_come_first_in_the_fused_pass) {
  const RandomKey key{.seed = 5, .step = 6, .site = 7};
  for_every_shape([&](Shape shape) {
    for (const float p : {0.0f, 0.25f}) {
      Case c(shape);
      const Matrix sublayer = random_matrix(shape, 9);
      Framed from(c.x), in(sublayer), sum(shape), y(shape);
      residual_layer_norm_forward(from.view(), in.view(), {p, key},
                                  {view_of(c.gain), view_of(c.bias), epsilon}, sum.view(), y.view(),
                                  c.moment_spans());
      const MatrixOf<double> expected_sum = c.x + formula::dropout<double>(sublayer, p, key);
      BOOST_TEST(close(sum.view(), expected_sum, 1e-6));
      BOOST_TEST(close(y.view(), c.expected(expected_sum), 4e-6));
      BOOST_TEST((sum.is_whole() && y.is_whole()));

      // The sum may take the place of the sublayer's output.
      residual_layer_norm_forward(from.view(), in.view(), {p, key},
                                  {view_of(c.gain), view_of(c.bias), epsilon}, in.view(), y.view(),
                                  {});
      BOOST_TEST(same_bits(in.view(), sum.view()));
      BOOST_TEST(in.is_whole());
    }
  });
}

BOOST_AUTO_TEST_CASE(the_fused_backward_pass_goes_to_both_sides_of_the_sum) {
  const RandomKey key{.seed = 5, .step = 6, .site = 7};
  for_every_shape([&](Shape shape) {
    for (const float p : {0.0f, 0.25f}) {
      Case c(shape);
      const Matrix dy = random_matrix(shape, 4), before = random_matrix(shape, 8);
      Framed in(dy), y(shape), dsum(shape), dsublayer(shape), dx(before), fresh_dx(shape);
      layer_norm_forward(view_of(c.x), {view_of(c.gain), view_of(c.bias), epsilon}, y.view(),
                         c.moment_spans());
      Matrix sums = zeros(2, shape.n_columns), expected_sums = zeros(2, shape.n_columns);
      const auto backward = [&](Into to_x, Into to_sublayer) {
        residual_layer_norm_backward(
            view_of(c.x), view_of(c.gain), c.moment_spans(), in.view(), {p, key},
            {to_x, to_sublayer, view_of(sums).rows(0, 1), view_of(sums).rows(1, 2)});
      };

      // The same numbers, pass by pass.
      layer_norm_backward(
          view_of(c.x), view_of(c.gain), c.moment_spans(), in.view(),
          {dsum.view(), view_of(expected_sums).rows(0, 1), view_of(expected_sums).rows(1, 2)});
      const MatrixOf<double> dsum_values = matrix_of<double>(dsum.view());
      const MatrixOf<double> expected_sublayer = formula::dropout<double>(dsum_values, p, key);

      backward(fresh_dx.view(), dsublayer.view());
      BOOST_TEST(same_bits(fresh_dx.view(), dsum.view()));
      BOOST_TEST(close(dsublayer.view(), expected_sublayer, 1e-6));
      BOOST_TEST(same_bits(view_of(sums), view_of(expected_sums)));
      backward(Into::adding_to(dx.view()), Into::adding_to(dsublayer.view()));
      BOOST_TEST(close(dx.view(), MatrixOf<double>(before + dsum_values), 1e-6));
      BOOST_TEST(close(dsublayer.view(), MatrixOf<double>(2.0 * expected_sublayer), 2e-6));
      if (shape.n_rows > 0) dsublayer.view()(0, 0) = 7.0f;
      backward(Into::nowhere(), dsublayer.view());
      BOOST_TEST(close(dsublayer.view(), expected_sublayer, 1e-6));
      backward(dx.view(), Into::nowhere());
      BOOST_TEST(same_bits(dx.view(), dsum.view()));
      BOOST_TEST((dx.is_whole() && fresh_dx.is_whole() && dsublayer.is_whole()));
    }
  });
}

BOOST_AUTO_TEST_CASE(the_backward_pass_is_the_gradient_of_the_formula) {
  for_every_shape(
      [](Shape shape) {
        Case c(shape);
        const Matrix dy = random_matrix(shape, 4);
        Framed y(shape), dx(shape), in(dy);
        Framed dgain(Shape{1, shape.n_columns}), dbias(Shape{1, shape.n_columns});
        layer_norm_forward(view_of(c.x), {view_of(c.gain), view_of(c.bias), epsilon}, y.view(),
                           c.moment_spans());
        layer_norm_backward(view_of(c.x), view_of(c.gain), c.moment_spans(), in.view(),
                            {dx.view(), dgain.view(), dbias.view()});

        const auto loss = [&](const DoubleMatrices& inputs) -> double {
          const formula::VectorOf<double> gain = xt::row(inputs[1], 0),
                                          bias = xt::row(inputs[2], 0);
          return xt::sum(formula::layer_norm<double>(inputs[0], gain, bias, epsilon) * dy)();
        };
        BOOST_TEST(check_gradient(loss, {c.x, c.gain, c.bias},
                                  {dx.view(), dgain.view(), dbias.view()}, {.tolerance = 2e-5}));
        BOOST_TEST((dx.is_whole() && dgain.is_whole() && dbias.is_whole()));

        // dx may take the place of dy.
        Matrix more = zeros(2, shape.n_columns);
        layer_norm_backward(view_of(c.x), view_of(c.gain), c.moment_spans(), in.view(),
                            {in.view(), view_of(more).rows(0, 1), view_of(more).rows(1, 2)});
        BOOST_TEST(same_bits(in.view(), dx.view()));
      },
      gradient_shapes);
}

BOOST_AUTO_TEST_CASE(gradients_are_added_to_what_is_there) {
  for_every_shape([](Shape shape) {
    Case c(shape);
    const Matrix dy = random_matrix(shape, 4), before = random_matrix(shape, 5);
    Matrix y = zeros(shape.n_rows, shape.n_columns), once = y, added = before;
    layer_norm_forward(view_of(c.x), {view_of(c.gain), view_of(c.bias), epsilon}, view_of(y),
                       c.moment_spans());
    Matrix sums = zeros(2, shape.n_columns), more = random_matrix({2, shape.n_columns}, 6);
    const Matrix sums_before = more;
    layer_norm_backward(view_of(c.x), view_of(c.gain), c.moment_spans(), view_of(dy),
                        {view_of(once), view_of(sums).rows(0, 1), view_of(sums).rows(1, 2)});
    layer_norm_backward(view_of(c.x), view_of(c.gain), c.moment_spans(), view_of(dy),
                        {Into::adding_to(view_of(added)), Into::adding_to(view_of(more).rows(0, 1)),
                         Into::adding_to(view_of(more).rows(1, 2))});
    BOOST_TEST(close(added, Matrix(before + once), 1e-6));
    BOOST_TEST(close(more, Matrix(sums_before + sums), 1e-6));
  });
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused_with_both) {
  Case c({2, 3});
  Matrix x = zeros(2, 4), y = zeros(2, 3), row = zeros(1, 4);
  const auto forward = [&](const Matrix& of, const Matrix& gain, const Matrix& bias,
                           LayerNormMoments moments) {
    layer_norm_forward(view_of(of), {view_of(gain), view_of(bias), epsilon}, view_of(y), moments);
  };
  const auto refused = [](std::string_view message, auto call) {
    return fails(ExitCode::internal, message, call);
  };
  BOOST_TEST(
      refused("layer_norm_forward: x is (2, 4), y is (2, 3)", [&] { forward(x, row, row, {}); }));
  BOOST_TEST(refused("layer_norm_forward: x is (2, 3), gain is (1, 4)",
                     [&] { forward(c.x, row, c.bias, {}); }));
  BOOST_TEST(refused("layer_norm_forward: x is (2, 3), bias is (1, 4)",
                     [&] { forward(c.x, c.gain, row, {}); }));
  std::vector<float> one(1), two(2);
  BOOST_TEST(refused("layer_norm_forward: x is (2, 3), a moment is (1, 1)", [&] {
    forward(c.x, c.gain, c.bias, {two, one});
  }));
  const auto backward = [&](const Matrix& dy, MatrixView dx, MatrixView dgain,
                            LayerNormMoments moments) {
    layer_norm_backward(view_of(c.x), view_of(c.gain), moments, view_of(dy),
                        {dx, dgain, Into::nowhere()});
  };
  BOOST_TEST(refused("layer_norm_backward: x is (2, 3), dy is (2, 4)", [&] {
    backward(x, view_of(y), {}, {two, two});
  }));
  BOOST_TEST(refused("layer_norm_backward: x is (2, 3), a gradient is (2, 4)", [&] {
    backward(y, view_of(x), {}, {two, two});
  }));
  BOOST_TEST(refused("layer_norm_backward: gain is (1, 3), its gradient is (1, 4)", [&] {
    backward(y, view_of(y), view_of(row), {two, two});
  }));
  BOOST_TEST(refused("layer_norm_backward: x is (2, 3), a moment is (1, 1)", [&] {
    backward(y, view_of(y), {}, {one, two});
  }));
}

BOOST_AUTO_TEST_CASE(many_rows_are_summed_as_accurately_as_few) {
  under_every_instruction_set([] {
    Case c({3001, 5});
    const Matrix dy = random_matrix(c.shape, 4);
    Matrix y = zeros(3001, 5), sums = zeros(2, 5);
    layer_norm_forward(view_of(c.x), {view_of(c.gain), view_of(c.bias), epsilon}, view_of(y),
                       c.moment_spans());
    layer_norm_backward(view_of(c.x), view_of(c.gain), c.moment_spans(), view_of(dy),
                        {view_of(y), view_of(sums).rows(0, 1), view_of(sums).rows(1, 2)});
    const formula::VectorOf<double> ones = xt::ones<double>({5}), none = xt::zeros<double>({5});
    const MatrixOf<double> x_hat = formula::layer_norm<double>(c.x, ones, none, epsilon);
    BOOST_TEST(
        close(view_of(sums).rows(0, 1), formula::VectorOf<double>(xt::sum(x_hat * dy, {0})), 1e-5));
    BOOST_TEST(close(view_of(sums).rows(1, 2),
                     formula::VectorOf<double>(xt::sum(xt::cast<double>(dy), {0})), 1e-5));
  });
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  const Shape shape = {300, 217};
  const Matrix sublayer = random_matrix(shape, 8);
  check_same_bits_for_any_number_of_threads({304, 217}, [&](Threads& threads, MatrixView out) {
    Case c(shape);
    const MatrixView sum = out.rows(0, 300);
    Matrix y = zeros(300, 217);
    residual_layer_norm_forward(view_of(c.x), view_of(sublayer), {0.1f, {.seed = 1}},
                                {view_of(c.gain), view_of(c.bias), epsilon}, sum, view_of(y),
                                c.moment_spans(), threads);
    layer_norm_backward(sum, view_of(c.gain), c.moment_spans(), view_of(y),
                        {Into::adding_to(sum), out.rows(300, 301), out.rows(301, 302)}, threads);
    layer_norm_forward(sum, {view_of(c.gain), view_of(c.bias), epsilon}, sum, {}, threads);
  });
}

BOOST_AUTO_TEST_SUITE_END()
