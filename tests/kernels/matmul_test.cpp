// The matrix product of every instruction set against double precision and against OpenBLAS.
#include <sys/mman.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <sstream>
#include <vector>
#include <xtensor-blas/xlinalg.hpp>

#include "src/kernels/instruction_set.hpp"
#include "src/kernels/kernels.hpp"
#include "src/tensor/tensor.hpp"
#include "tests/support/errors.hpp"

namespace transformer {
namespace {

constexpr float sentinel = -12345.0f;

struct ProductShape {
  Index n_rows, n_columns, n_inner;
};
std::ostream& operator<<(std::ostream& out, const ProductShape& s) {
  return out << "(" << s.n_rows << ", " << s.n_inner << ") x (" << s.n_inner << ", " << s.n_columns
             << ")";
}

/// Random numbers in [-1, 1) that depend on the seed alone.
std::vector<float> random_floats(Index n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> values(static_cast<size_t>(n));
  for (float& value : values) value = static_cast<float>(random() % 4096) / 2048.0f - 1.0f;
  return values;
}

/// Floats whose last one stands right before a page that must not be touched: whoever reads beyond
/// the end is stopped by the processor, whatever instructions he uses.
class GuardedFloats {
 public:
  GuardedFloats(Index n, float value) {
    const Index page = sysconf(_SC_PAGESIZE);
    const Index n_bytes = round_up(n * static_cast<Index>(sizeof(float)), page);
    size_ = static_cast<size_t>(n_bytes + page);
    pages_ = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    BOOST_REQUIRE(pages_ != MAP_FAILED);
    char* guard = static_cast<char*>(pages_) + n_bytes;
    BOOST_REQUIRE(mprotect(guard, static_cast<size_t>(page), PROT_NONE) == 0);
    data_ = reinterpret_cast<float*>(guard) - n;
    std::fill_n(data_, n, value);
  }
  ~GuardedFloats() { munmap(pages_, size_); }
  GuardedFloats(const GuardedFloats&) = delete;
  GuardedFloats& operator=(const GuardedFloats&) = delete;
  float* data() const { return data_; }

 private:
  void* pages_;
  size_t size_;
  float* data_;
};

/// A factor in memory of its own, whose rows stand `gap` apart; the gaps hold NaN, so that whoever
/// uses them is found out.
struct OwnFactor {
  Index n_rows, n_columns, stride;  // as in memory
  bool is_transposed;
  GuardedFloats memory;

  OwnFactor(Index rows, Index columns, bool transposed_in_memory, Index gap, unsigned seed)
      : n_rows(transposed_in_memory ? columns : rows),
        n_columns(transposed_in_memory ? rows : columns),
        stride(n_columns + gap),
        is_transposed(transposed_in_memory),
        memory(n_rows > 0 ? (n_rows - 1) * stride + n_columns : 0,
               std::numeric_limits<float>::quiet_NaN()) {
    const std::vector<float> values = random_floats(n_rows * n_columns, seed);
    for (Index i = 0; i < n_rows; ++i) {
      std::copy_n(values.data() + i * n_columns, n_columns, memory.data() + i * stride);
    }
  }
  ConstMatrixView view() const { return {memory.data(), n_rows, n_columns, stride}; }
  Factor factor() const { return {view(), is_transposed}; }
  double at(Index i, Index j) const { return is_transposed ? view()(j, i) : view()(i, j); }
};

/// What one call is asked for, besides the shape.
struct Wish {
  bool a_transposed = false, b_transposed = false;
  bool accumulate = false, bias = false, relu = false;
  Index gap = 0;
};

/// An element of a product in double precision. Each of its k products and sums may be off by one
/// rounding: the bound is (k + 3) epsilon times the sum of the absolute values.
struct Expected {
  Index k;
  double sum = 0, magnitude = 0;

  explicit Expected(Index n_inner) : k(n_inner) {}
  void add(double term) {
    sum += term;
    magnitude += std::abs(term);
  }
  bool allows(float actual) const {
    const double epsilon = std::numeric_limits<float>::epsilon();
    return std::abs(static_cast<double>(actual) - sum) <=
           static_cast<double>(k + 3) * epsilon * magnitude;
  }
};

/// How a message names a wish.
std::string name_of(const ProductShape& shape, const Wish& wish) {
  std::ostringstream text;
  text << shape << " a^T " << wish.a_transposed << " b^T " << wish.b_transposed << " accumulate "
       << wish.accumulate << " bias " << wish.bias << " relu " << wish.relu << " gap " << wish.gap;
  return text.str();
}

/// Multiplies with the instruction set in use; says what is wrong with the result, if anything.
boost::test_tools::predicate_result is_right(const ProductShape& shape, const Wish& wish,
                                             Threads& threads = Threads::serial()) {
  const auto [m, n, k] = shape;
  const OwnFactor a(m, k, wish.a_transposed, wish.gap, 1), b(k, n, wish.b_transposed, wish.gap, 2);
  const std::vector<float> before = random_floats(m * n, 3);
  const GuardedFloats bias(n, 0.0f);
  std::ranges::copy(random_floats(n, 4), bias.data());

  // c lies in a larger matrix, all around it sentinels.
  constexpr Index border = 3;
  const Index stride = n + 2 * border;
  std::vector<float> memory(static_cast<size_t>((m + 2 * border) * stride), sentinel);
  const MatrixView c(memory.data() + border * stride + border, m, n, stride);
  for (Index i = 0; i < m; ++i) std::copy_n(before.data() + i * n, n, c.row(i));
  const ConstMatrixView bias_row(bias.data(), 1, n);
  matmul(a.factor(), b.factor(), wish.accumulate ? Into::adding_to(c) : Into(c),
         {.bias = wish.bias ? bias_row : ConstMatrixView(), .relu = wish.relu}, threads);

  boost::test_tools::predicate_result result(true);
  const auto reject = [&](Index i, Index j, double expected) {
    result = false;
    result.message() << name_of(instruction_set()) << " " << name_of(shape, wish) << ": c(" << i
                     << ", " << j << ") is " << c.row(i)[j] << ", expected " << expected;
  };
  for (Index i = -border; i < m + border; ++i) {
    for (Index j = -border; j < n + border; ++j) {
      const float actual = c.data[i * stride + j];
      const bool is_border = i < 0 || i >= m || j < 0 || j >= n;
      if (is_border && actual != sentinel) return reject(i, j, sentinel), result;
      if (is_border) continue;
      Expected expected(k);
      for (Index l = 0; l < k; ++l) expected.add(a.at(i, l) * b.at(l, j));
      if (wish.accumulate) expected.add(before[static_cast<size_t>(i * n + j)]);
      if (wish.bias) expected.add(bias.data()[j]);
      if (wish.relu) expected.sum = std::max(expected.sum, 0.0);
      if (!expected.allows(actual)) return reject(i, j, expected.sum), result;
    }
  }
  return result;
}

/// Every combination of transposes and of what is done with the product.
template <class Action>
void each_wish(Action action) {
  for (int bits = 0; bits < 32; ++bits) {
    action(Wish{.a_transposed = (bits & 1) != 0,
                .b_transposed = (bits & 2) != 0,
                .accumulate = (bits & 4) != 0,
                .bias = (bits & 8) != 0,
                .relu = (bits & 16) != 0,
                .gap = (bits & 1) != 0 ? 5 : 0});
  }
}

/// Runs the rest of a test once for each instruction set, and then returns to the one before.
template <class Action>
void each_instruction_set(Action action) {
  const InstructionSet before = instruction_set();
  for (const InstructionSet set : available_instruction_sets()) {
    use_instruction_set(set);
    action();
  }
  use_instruction_set(before);
}

std::vector<float> product_bits(const ProductShape& shape, bool a_transposed, bool b_transposed,
                                Threads& threads) {
  const auto [m, n, k] = shape;
  const OwnFactor a(m, k, a_transposed, 0, 1), b(k, n, b_transposed, 0, 2);
  std::vector<float> c(static_cast<size_t>(m * n));
  matmul(a.factor(), b.factor(), MatrixView(c.data(), m, n), {}, threads);
  return c;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(matmul_test)

BOOST_AUTO_TEST_CASE(small_and_odd_shapes_are_right_in_every_form) {
  each_instruction_set([] {
    for (const Index m : {0, 1, 2, 3, 4, 5, 7, 13, 14, 15, 29}) {
      for (const Index n : {0, 1, 7, 8, 15, 16, 17, 31, 33, 50}) {
        for (const Index k : {0, 1, 3, 4, 17, 64}) {
          each_wish([&](const Wish& wish) { BOOST_REQUIRE(is_right({m, n, k}, wish)); });
        }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_factor_packed_once_gives_the_same_bits) {
  each_instruction_set([] {
    for (const ProductShape& shape :
         {ProductShape{1, 33, 64}, ProductShape{3, 90, 70}, ProductShape{40, 70, 300},
          ProductShape{130, 1, 5}, ProductShape{130, 257, 600}, ProductShape{64, 100, 0}}) {
      for (const bool b_transposed : {false, true}) {
        const OwnFactor b(shape.n_inner, shape.n_columns, b_transposed, 3, 2);
        const OwnFactor a(shape.n_rows, shape.n_inner, false, 5, 1);
        for (const int n_threads : {1, 2, 3}) {
          Threads threads(n_threads);
          const Index n_packed = packed_size(b.factor());
          const GuardedFloats memory(n_packed, 0.0f);
          const PackedFactor packed =
              pack_factor(b.factor(), {memory.data(), static_cast<size_t>(n_packed)}, threads);
          std::vector<float> c(static_cast<size_t>(shape.n_rows * shape.n_columns));
          std::vector<float> expected = c;
          const auto multiply = [&](std::vector<float>& into, const PackedFactor& packed_b) {
            matmul(a.factor(), b.factor(), MatrixView(into.data(), shape.n_rows, shape.n_columns),
                   {.packed_b = packed_b}, threads);
          };
          multiply(expected, {});
          multiply(c, packed);
          BOOST_TEST(std::memcmp(c.data(), expected.data(), c.size() * sizeof(float)) == 0,
                     name_of(instruction_set()) << " " << shape << " b^T " << b_transposed << ", "
                                                << n_threads << " threads");
        }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_packed_factor_of_another_shape_or_instruction_set_is_refused) {
  const OwnFactor a(40, 7, false, 1, 0), b(7, 5, false, 2, 0), other(5, 7, false, 3, 0);
  std::vector<float> memory(static_cast<size_t>(packed_size(other.factor()))), c(40 * 5);
  const auto multiply = [&](const PackedFactor& packed_b) {
    matmul(a.factor(), b.factor(), MatrixView(c.data(), 40, 5), {.packed_b = packed_b});
  };
  const PackedFactor wrong = pack_factor(other.factor(), memory);
  BOOST_TEST(test::fails(ExitCode::internal, "matmul: b is (7, 5), packed b is (5, 7)",
                         [&] { multiply(wrong); }));
  BOOST_TEST(test::fails(ExitCode::internal,
                         "pack_factor: b is (7, 5), the memory for it is (1, 0)",
                         [&] { pack_factor(b.factor(), {}); }));
  const InstructionSet chosen = instruction_set();
  if (chosen == InstructionSet::baseline) return;
  memory.resize(static_cast<size_t>(packed_size(b.factor())));
  const PackedFactor packed = pack_factor(b.factor(), memory);
  use_instruction_set(InstructionSet::baseline);
  BOOST_TEST(test::fails(ExitCode::internal, "packed for another instruction set",
                         [&] { multiply(packed); }));
  use_instruction_set(chosen);
}

BOOST_AUTO_TEST_CASE(shapes_around_the_borders_of_the_blocks_are_right) {
  each_instruction_set([] {
    for (const ProductShape& shape : {ProductShape{3, 40, 511},
                                      {61, 97, 513},
                                      {64, 64, 256},
                                      {9, 530, 257},
                                      {17, 1031, 70},
                                      {85, 20, 1200},
                                      {1, 600, 300},
                                      {4, 1030, 129},
                                      {8, 67, 1025},
                                      {300, 65, 64},
                                      {1, 1043, 21},
                                      {2, 2048, 17},
                                      {2, 2049, 9},
                                      {10, 12, 64},
                                      {12, 11, 97},
                                      {270, 70, 520}}) {
      each_wish([&](const Wish& wish) { BOOST_REQUIRE(is_right(shape, wish)); });
    }
  });
}

BOOST_AUTO_TEST_CASE(threads_compute_every_block_once) {
  Threads three(3);
  each_instruction_set([&] {
    for (const ProductShape& shape :
         {ProductShape{300, 130, 70}, {64, 64, 700}, {1, 2000, 300}, {7, 999, 65}, {513, 31, 40}}) {
      each_wish([&](const Wish& wish) { BOOST_REQUIRE(is_right(shape, wish, three)); });
    }
  });
}

BOOST_AUTO_TEST_CASE(results_have_the_same_bits_for_any_number_of_threads) {
  Threads two(2), three(3), seven(7);
  each_instruction_set([&] {
    for (const ProductShape& shape : {ProductShape{300, 130, 700},
                                      {64, 64, 2100},
                                      {1, 2000, 530},
                                      {2, 2000, 530},
                                      {2, 4100, 90},
                                      {5, 3000, 90},
                                      {6, 2100, 90},
                                      {513, 31, 90},
                                      {100, 1100, 300}}) {
      for (const auto& [a_t, b_t] : {std::pair{false, false}, {true, false}, {false, true}}) {
        const std::vector<float> one = product_bits(shape, a_t, b_t, Threads::serial());
        for (Threads* threads : {&two, &three, &seven}) {
          const std::vector<float> many = product_bits(shape, a_t, b_t, *threads);
          BOOST_TEST(std::memcmp(one.data(), many.data(), one.size() * sizeof(float)) == 0,
                     name_of(instruction_set()) << " " << shape << " on " << threads->count());
        }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(results_agree_with_openblas) {
  const Index m = 200, n = 150, k = 333;
  xt::xtensor<float, 2> a = xt::zeros<float>({m, k}), b = xt::zeros<float>({k, n});
  std::ranges::copy(random_floats(m * k, 5), a.begin());
  std::ranges::copy(random_floats(k * n, 6), b.begin());
  const xt::xtensor<float, 2> expected = xt::linalg::dot(a, b);
  each_instruction_set([&] {
    std::vector<float> c(static_cast<size_t>(m * n));
    matmul(ConstMatrixView(a.data(), m, k), ConstMatrixView(b.data(), k, n),
           MatrixView(c.data(), m, n));
    double worst = 0;
    for (size_t i = 0; i < c.size(); ++i) {
      worst = std::max<double>(worst, std::abs(c[i] - expected.data()[i]));
    }
    BOOST_TEST(worst <= 2 * k * std::numeric_limits<float>::epsilon());
  });
}

BOOST_AUTO_TEST_CASE(nan_and_infinity_reach_their_row_and_column_and_nothing_else) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  each_instruction_set([&] {
    for (const bool b_transposed : {false, true}) {
      for (const Index m : {Index{2}, Index{20}}) {
        const Index n = 37, k = 19;
        std::vector<float> a(static_cast<size_t>(m * k), 1.0f), b(static_cast<size_t>(k * n), 1.0f);
        a[static_cast<size_t>(1 * k + 3)] = nan;
        const Index row = 18, column = 36;
        b[static_cast<size_t>(b_transposed ? column * k + row : row * n + column)] = infinity;
        std::vector<float> c(static_cast<size_t>(m * n));
        const ConstMatrixView b_view(b.data(), b_transposed ? n : k, b_transposed ? k : n);
        matmul(ConstMatrixView(a.data(), m, k), Factor(b_view, b_transposed),
               MatrixView(c.data(), m, n), {.relu = true});
        for (Index i = 0; i < m; ++i) {
          for (Index j = 0; j < n; ++j) {
            const float value = c[static_cast<size_t>(i * n + j)];
            if (i == 1)
              BOOST_TEST(std::isnan(value));
            else
              BOOST_TEST(value == (j == column ? infinity : static_cast<float>(k)));
          }
        }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused_with_both) {
  const Matrix a = zeros(4, 8), b = zeros(7, 5), d = zeros(8, 5), bias = zeros(1, 4);
  Matrix c = zeros(4, 8), e = zeros(4, 5);
  const auto refused = [](std::string_view message, auto call) {
    return test::fails(ExitCode::internal, message, call);
  };
  BOOST_TEST(refused("matmul: a is (4, 8), b is (7, 5)",
                     [&] { matmul(view_of(a), view_of(b), view_of(c)); }));
  BOOST_TEST(refused("matmul: b is (8, 5), c is (4, 8)",
                     [&] { matmul(view_of(a), view_of(d), view_of(c)); }));
  BOOST_TEST(refused("matmul: a is (5, 8), c is (4, 5)",
                     [&] { matmul(transposed(view_of(d)), view_of(d), view_of(e)); }));
  BOOST_TEST(refused("matmul: c is (4, 5), bias is (1, 4)",
                     [&] { matmul(view_of(a), view_of(d), view_of(e), {.bias = view_of(bias)}); }));
  const Matrix two = zeros(2, 5);
  BOOST_TEST(refused("matmul: c is (4, 5), bias is (2, 5)",
                     [&] { matmul(view_of(a), view_of(d), view_of(e), {.bias = view_of(two)}); }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace transformer
