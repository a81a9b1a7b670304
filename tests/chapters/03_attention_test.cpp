#include "chapters/03_scaled_dot_product_attention/attention.hpp"

#include <cmath>

#include "src/book/model_formulas.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using Variables = std::vector<Variable>;

/// Numbers from [-1, 1): the weights stay away from 0 and 1.
Matrix small(Shape shape, std::uint64_t seed) { return random_matrix(shape, seed, 1.0f); }

/// Checks packed attention on random q, k and v: values and the gradients of all three.
void check_attention(OnTape& on, const AttentionPattern& pattern, Index n_heads, Index d_k,
                     Index d_v) {
  const Index n_queries = pattern.queries.n_rows(), n_keys = pattern.keys.n_rows();
  check_piece(
      on,
      {small({n_queries, n_heads * d_k}, 1), small({n_keys, n_heads * d_k}, 2),
       small({n_keys, n_heads * d_v}, 3)},
      [&](const Variables& v) {
        return scaled_dot_product_attention(v[0], v[1], v[2], pattern, n_heads);
      },
      [&](const DoubleMatrices& m) {
        return formula::packed_attention(m[0], m[1], m[2], pattern.queries, pattern.keys,
                                         pattern.mask, n_heads);
      });
}

const std::vector<Index> three_sentences = {0, 4, 5, 11};
const std::vector<Index> three_others = {0, 2, 9, 12};
const Segments some{three_sentences}, others{three_others};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(scaled_dot_product_attention_, OnTape)

// ---- Against the formula, forward and backward --------------------------------------------------

BOOST_AUTO_TEST_CASE(one_sentence_and_one_head) {
  const std::vector<Index> offsets = {0, 6};
  check_attention(*this, {{offsets}, {offsets}, Mask::none}, 1, 5, 5);
}

BOOST_AUTO_TEST_CASE(several_sentences_and_heads) {
  check_attention(*this, {some, some, Mask::none}, 2, 8, 8);
}

BOOST_AUTO_TEST_CASE(cross_attention_between_sentences_of_different_lengths) {
  check_attention(*this, {some, others, Mask::none}, 3, 4, 4);
}

BOOST_AUTO_TEST_CASE(causal_self_attention) {
  check_attention(*this, {some, some, Mask::causal}, 2, 8, 8);
}

BOOST_AUTO_TEST_CASE(values_of_another_width_than_keys) {
  check_attention(*this, {some, others, Mask::none}, 2, 3, 7);
}

BOOST_AUTO_TEST_CASE(sentences_longer_than_a_register_is_wide) {
  const std::vector<Index> offsets = {0, 19, 36};
  check_attention(*this, {{offsets}, {offsets}, Mask::causal}, 1, 8, 8);
}

BOOST_AUTO_TEST_CASE(queries_keys_and_values_may_be_one_variable) {
  check_piece(
      *this, {small({11, 6}, 1)},
      [](const Variables& v) {
        return scaled_dot_product_attention(v[0], v[0], v[0], {some, some, Mask::none}, 2);
      },
      [](const DoubleMatrices& m) {
        return formula::packed_attention(m[0], m[0], m[0], some, some, Mask::none, 2);
      });
}

BOOST_AUTO_TEST_CASE(keys_and_values_may_be_one_variable) {
  check_piece(
      *this, {small({11, 6}, 1), small({12, 6}, 2)},
      [](const Variables& v) {
        return scaled_dot_product_attention(v[0], v[1], v[1], {some, others, Mask::none}, 2);
      },
      [](const DoubleMatrices& m) {
        return formula::packed_attention(m[0], m[1], m[1], some, others, Mask::none, 2);
      });
}

// ---- What makes it attention --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(weights_are_shares_of_one) {
  const Matrix q = small({5, 4}, 1), k = small({7, 4}, 2);
  under_every_instruction_set([&] {
    Matrix weights = zeros(5, 7);
    attention_weights(view_of(q), view_of(k), Mask::none, view_of(weights));
    for (size_t i = 0; i < 5; ++i) {
      double sum = 0.0;
      for (size_t j = 0; j < 7; ++j) {
        BOOST_TEST(weights(i, j) > 0.0f);
        sum += static_cast<double>(weights(i, j));
      }
      BOOST_TEST(std::abs(sum - 1.0) < 1e-6);
    }
  });
}

BOOST_AUTO_TEST_CASE(the_causal_mask_leaves_exact_zeros) {
  const Matrix q = small({6, 4}, 1), k = small({6, 4}, 2);
  under_every_instruction_set([&] {
    Matrix weights = zeros(6, 6);
    attention_weights(view_of(q), view_of(k), Mask::causal, view_of(weights));
    for (size_t i = 0; i < 6; ++i) {
      for (size_t j = 0; j < 6; ++j) BOOST_TEST((weights(i, j) == 0.0f) == (j > i));
    }
  });
}

BOOST_AUTO_TEST_CASE(equal_keys_share_the_attention_equally) {
  const Index n_keys = 4;
  const Matrix q = small({3, 8}, 1), v = small({n_keys, 8}, 2);
  Matrix k = zeros(n_keys, 8), weights = zeros(3, n_keys);
  k.fill(0.5f);
  attention_weights(view_of(q), view_of(k), Mask::none, view_of(weights));
  for (const float weight : weights) BOOST_TEST(std::abs(weight - 0.25f) < 1e-7f);
}

BOOST_AUTO_TEST_CASE(enormous_scores_do_not_overflow) {
  const Matrix q = random_matrix({5, 4}, 1, 1e4f), k = random_matrix({7, 4}, 2, 1e4f);
  under_every_instruction_set([&] {
    Matrix weights = zeros(5, 7);
    attention_weights(view_of(q), view_of(k), Mask::none, view_of(weights));
    const MatrixOf<double> rows_sum = xt::view(xt::cast<double>(weights), xt::all(), xt::all());
    BOOST_TEST(std::abs(xt::sum(rows_sum)() - 5.0) < 1e-6);
  });
}

BOOST_AUTO_TEST_CASE(each_sentence_of_a_packed_batch_is_worked_out_as_if_it_were_alone) {
  const Index n_heads = 2;
  const Matrix q = small({11, 8}, 1), k = small({12, 8}, 2), v = small({12, 8}, 3);
  under_every_instruction_set([&] {
    tape.begin(Mode::inference);
    const auto attend = [&](ConstMatrixView a, ConstMatrixView b, ConstMatrixView c,
                            const Segments& queries, const Segments& keys) {
      return scaled_dot_product_attention(tape.input(a), tape.input(b), tape.input(c),
                                          {queries, keys, Mask::none}, n_heads)
          .value();
    };
    const ConstMatrixView packed = attend(view_of(q), view_of(k), view_of(v), some, others);
    for (Index s = 0; s < some.count(); ++s) {
      const std::vector<Index> own = {0, some.length(s)}, other = {0, others.length(s)};
      const auto sentence = [&](const Matrix& x, const Segments& sentences) {
        return view_of(x).rows(sentences.begin(s), sentences.end(s));
      };
      const ConstMatrixView alone =
          attend(sentence(q, some), sentence(k, others), sentence(v, others), {own}, {other});
      BOOST_TEST(same_bits(alone, packed.rows(some.begin(s), some.end(s))));
    }
  });
}

BOOST_AUTO_TEST_CASE(what_comes_later_leaves_no_trace) {
  const Index n = 9, changed = 5;
  const std::vector<Index> offsets = {0, n};
  const Segments sentence{offsets};
  const Matrix x = small({n, 8}, 1);
  Matrix y = x;
  for (size_t j = 0; j < 8; ++j) y(changed, j) = 100.0f;
  under_every_instruction_set([&] {
    const auto attend = [&](const Matrix& m) {
      tape.begin(Mode::inference);
      const Variable v = tape.input(view_of(m));
      const AttentionPattern causal{sentence, sentence, Mask::causal};
      return matrix_of<float>(scaled_dot_product_attention(v, v, v, causal, 2).value());
    };
    const Matrix before = attend(x), after = attend(y);
    for (Index i = 0; i < n; ++i) {
      const bool same = same_bits(view_of(before).rows(i, i + 1), view_of(after).rows(i, i + 1));
      BOOST_TEST(same == (i < changed), "position " << i);
    }
  });
}

// ---- Shapes that do not fit ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(without_sentences_the_gradient_of_the_bias_is_zero) {
  const Matrix nothing = zeros(0, 8), bias_value = random_matrix({4, 2}, 1);
  const std::vector<Index> offsets = {0};
  const Variable x = tape.input(view_of(nothing), true),
                 bias = tape.input(view_of(bias_value), true);
  const Variable y =
      scaled_dot_product_attention(x, x, x, {{offsets}, {offsets}, Mask::none, bias}, 2);
  tape.backward(y, view_of(nothing));
  BOOST_TEST(close(bias.gradient(), zeros<double>(4, 2), 0.0));
}

BOOST_AUTO_TEST_CASE(biases_and_windows_that_do_not_fit_are_refused) {
  const auto x = variable(11, 8);
  const std::vector<Index> whole = {0, 11}, windows = {1, 2};
  AttentionPattern pattern{{whole}, {whole}, Mask::none, variable(11, 11)};
  BOOST_TEST(fails(ExitCode::internal,
                   "the bias is (11, 11), what all heads of a sentence need is (22, 11)",
                   [&] { scaled_dot_product_attention(x, x, x, pattern, 2); }));
  pattern.bias.reset();
  pattern.query_windows = windows;
  BOOST_TEST(fails(ExitCode::internal, "windows of 2 queries and 0 keys; q has 11 rows, k 11",
                   [&] { scaled_dot_product_attention(x, x, x, pattern, 2); }));
  const std::vector<Index> windows_of_all(11, 0);
  pattern.query_windows = windows_of_all;
  pattern.key_windows = windows;
  BOOST_TEST(fails(ExitCode::internal, "windows of 11 queries and 2 keys; q has 11 rows, k 11",
                   [&] { scaled_dot_product_attention(x, x, x, pattern, 2); }));
  pattern.query_windows = {};
  BOOST_TEST(fails(ExitCode::internal, "windows of 0 queries and 2 keys; q has 11 rows, k 11",
                   [&] { scaled_dot_product_attention(x, x, x, pattern, 2); }));
}

BOOST_AUTO_TEST_CASE(queries_and_keys_of_different_widths_are_refused) {
  BOOST_TEST(
      fails(ExitCode::internal, "scaled_dot_product_attention: q is (11, 8), k is (11, 6)", [&] {
        scaled_dot_product_attention(variable(11, 8), variable(11, 6), variable(11, 6),
                                     {some, some, Mask::none});
      }));
}

BOOST_AUTO_TEST_CASE(more_values_than_keys_are_refused) {
  BOOST_TEST(
      fails(ExitCode::internal, "scaled_dot_product_attention: k is (11, 8), v is (12, 8)", [&] {
        scaled_dot_product_attention(variable(11, 8), variable(11, 8), variable(12, 8),
                                     {some, some, Mask::none});
      }));
}

BOOST_AUTO_TEST_CASE(heads_that_do_not_divide_the_width_are_refused) {
  const auto x = variable(11, 8);
  BOOST_TEST(fails(ExitCode::internal, "q has 8 columns and v 8; 3 heads do not divide them", [&] {
    scaled_dot_product_attention(x, x, x, {some, some, Mask::none}, 3);
  }));
  const auto values = variable(11, 7);
  BOOST_TEST(fails(ExitCode::internal, "q has 8 columns and v 7; 2 heads do not divide them", [&] {
    scaled_dot_product_attention(x, x, values, {some, some, Mask::none}, 2);
  }));
  for (const Index n_heads : {0, -2}) {
    BOOST_TEST(fails(ExitCode::internal, "it must be at least 1", [&] {
      scaled_dot_product_attention(x, x, x, {some, some, Mask::none}, n_heads);
    }));
  }
}

BOOST_AUTO_TEST_CASE(rows_that_no_sentence_has_are_refused) {
  const auto x = variable(13, 8);
  const auto refused = [&](const Segments& sentences, std::string_view why) {
    return fails(ExitCode::internal, why, [&] {
      scaled_dot_product_attention(x, x, x, {sentences, sentences, Mask::none}, 2);
    });
  };
  const std::vector<Index> none, only_a_start = {0}, falling = {0, 7, 4, 13}, late = {1, 5, 13};
  BOOST_TEST(refused(some, "q has 13 rows, the offsets of its 3 sentences go from 0 to 11"));
  BOOST_TEST(refused({none}, "the offsets of its 0 sentences go from 0 to 0"));
  BOOST_TEST(refused({only_a_start}, "the offsets of its 0 sentences go from 0 to 0"));
  BOOST_TEST(refused({falling}, "the offsets of its 3 sentences go from 0 to 13; they must rise"));
  BOOST_TEST(
      refused({late}, "the offsets of its 2 sentences go from 1 to 13; they must rise from 0"));
}

BOOST_AUTO_TEST_CASE(values_alone_may_learn) {
  const Matrix q = small({11, 8}, 1), v = small({11, 8}, 2), dy = small({11, 8}, 3);
  const auto gradient = [&](bool all_learn) {
    tape.begin(Mode::training);
    const Variable queries = tape.input(view_of(q), all_learn),
                   values = tape.input(view_of(v), true);
    tape.backward(
        scaled_dot_product_attention(queries, queries, values, {some, some, Mask::causal}, 2),
        view_of(dy));
    return values.gradient();
  };
  const MatrixOf<double> with_all = matrix_of<double>(gradient(true));
  BOOST_TEST(close(gradient(false), with_all, 0.0));
}

BOOST_AUTO_TEST_CASE(more_source_sentences_than_target_sentences_are_refused) {
  const std::vector<Index> two_sentences = {0, 5, 11};
  const auto x = variable(11, 8);
  BOOST_TEST(fails(ExitCode::internal, "3 sentences of queries, 2 of keys", [&] {
    scaled_dot_product_attention(x, x, x, {some, {two_sentences}, Mask::none}, 2);
  }));
}

BOOST_AUTO_TEST_SUITE_END()
