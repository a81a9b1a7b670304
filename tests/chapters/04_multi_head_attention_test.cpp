#include "chapters/04_multi_head_attention/multi_head_attention.hpp"

#include "src/book/model_formulas.hpp"
#include "tests/support/on_tape.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using Variables = std::vector<Variable>;
using Double = MatrixOf<double>;

const std::vector<Index> three_sentences = {0, 4, 5, 11};
const std::vector<Index> three_others = {0, 2, 9, 12};
const Segments some{three_sentences}, others{three_others};

/// MultiHead(X, M, M) as section 3.2.2 writes it, for one sentence: h attentions with matrices of
/// their own, concatenated, times W^O.
Double separate_heads(const Double& x, const Double& memory, const Double& w_q, const Double& w_k,
                      const Double& w_v, const Double& w_o, Mask mask, Index n_heads) {
  const Index d_k = static_cast<Index>(x.shape(1)) / n_heads;
  Double concatenated = zeros<double>(static_cast<Index>(x.shape(0)), n_heads * d_k);
  for (Index i = 0; i < n_heads; ++i) {
    const auto own = [&](const Double& w) { return formula::columns(w, i * d_k, (i + 1) * d_k); };
    const Double head =
        formula::attention(formula::product(x, own(w_q)), formula::product(memory, own(w_k)),
                           formula::product(memory, own(w_v)), mask);
    xt::view(concatenated, xt::all(), xt::range(i * d_k, (i + 1) * d_k)) = head;
  }
  return formula::product(concatenated, w_o);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(multi_head_attention, OnTape)

// ---- The fused form is the paper's --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(self_attention_is_h_separate_heads) {
  const Index d_model = 12, n_heads = 3;
  const SelfAttention attention(store, "attention", d_model, n_heads);
  const std::vector<Index> sentence = {0, 7};
  for (const Mask mask : {Mask::none, Mask::causal}) {
    check_piece(
        *this, {random_matrix({7, d_model}, 1, 1.0f)},
        [&](const Variables& v) { return attention(v[0], {sentence}, mask); },
        [&](const DoubleMatrices& m) {
          const Double &w_qkv = m[0], &w_o = m[1], &x = m[2];
          const auto third = [&](Index i) {
            return formula::columns(w_qkv, i * d_model, (i + 1) * d_model);
          };
          return separate_heads(x, x, third(0), third(1), third(2), w_o, mask, n_heads);
        });
  }
}

BOOST_AUTO_TEST_CASE(cross_attention_is_h_separate_heads) {
  const Index d_model = 12, n_heads = 3;
  const CrossAttention attention(store, "attention", d_model, n_heads);
  const std::vector<Index> sentence = {0, 5}, source = {0, 8};
  check_piece(
      *this, {random_matrix({5, d_model}, 1, 1.0f), random_matrix({8, d_model}, 2, 1.0f)},
      [&](const Variables& v) { return attention(v[0], {sentence}, v[1], {source}); },
      [&](const DoubleMatrices& m) {
        const Double &w_q = m[0], &w_kv = m[1], &w_o = m[2], &x = m[3], &memory = m[4];
        return separate_heads(x, memory, w_q, formula::columns(w_kv, 0, d_model),
                              formula::columns(w_kv, d_model, 2 * d_model), w_o, Mask::none,
                              n_heads);
      });
}

// ---- Packed batches -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(self_attention_over_several_sentences) {
  const SelfAttention attention(store, "attention", 16, 4);
  for (const Mask mask : {Mask::none, Mask::causal}) {
    check_piece(
        *this, {random_matrix({11, 16}, 1, 1.0f)},
        [&](const Variables& v) { return attention(v[0], some, mask); },
        [&](const DoubleMatrices& m) {
          return formula::self_attention(formula::Weights(store, m), "attention", m.back(), some,
                                         mask, 4);
        });
  }
}

BOOST_AUTO_TEST_CASE(cross_attention_over_several_sentences) {
  const CrossAttention attention(store, "attention", 16, 4);
  check_piece(
      *this, {random_matrix({11, 16}, 1, 1.0f), random_matrix({12, 16}, 2, 1.0f)},
      [&](const Variables& v) { return attention(v[0], some, v[1], others); },
      [&](const DoubleMatrices& m) {
        return formula::cross_attention(formula::Weights(store, m), "attention", m[3], some, m[4],
                                        others, 4);
      });
}

BOOST_AUTO_TEST_CASE(one_sequence_may_be_both_queries_and_memory_of_cross_attention) {
  const CrossAttention attention(store, "attention", 8, 2);
  check_piece(
      *this, {random_matrix({11, 8}, 1, 1.0f)},
      [&](const Variables& v) { return attention(v[0], some, v[0], some); },
      [&](const DoubleMatrices& m) {
        return formula::cross_attention(formula::Weights(store, m), "attention", m[3], some, m[3],
                                        some, 2);
      });
}

// ---- Beginnings and mistakes --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(side_by_side_the_matrices_start_as_each_would_alone) {
  const SelfAttention self_attention(store, "self", 64, 4);
  const CrossAttention cross_attention(store, "cross", 64, 4);
  const std::pair<std::string, Index> matrices[] = {
      {"self.w_qkv", 3}, {"self.w_o", 1}, {"cross.w_q", 1}, {"cross.w_kv", 2}, {"cross.w_o", 1}};
  for (const auto& [path, n_side_by_side] : matrices) {
    const ConstMatrixView w = store.at(path).variable.value();
    BOOST_TEST(w.n_columns == n_side_by_side * 64);
    const auto [smallest, largest] = std::minmax_element(w.data, w.data + w.size());
    const float bound = std::sqrt(6.0f / (64 + 64));  // Glorot and Bengio 2010, equation 16
    BOOST_TEST(*smallest >= -bound, path);
    BOOST_TEST(*largest < bound, path);
    BOOST_TEST(*smallest < -0.99f * bound, path);
    BOOST_TEST(*largest > 0.99f * bound, path);
  }
}

BOOST_AUTO_TEST_CASE(heads_that_do_not_divide_d_model_are_refused) {
  const std::string_view expected = "d_model 16 is not a multiple of n_heads 3";
  BOOST_TEST(fails(ExitCode::usage, expected, [&] { SelfAttention(store, "a", 16, 3); }));
  BOOST_TEST(fails(ExitCode::usage, expected, [&] { CrossAttention(store, "b", 16, 3); }));
  BOOST_TEST(fails(ExitCode::usage, "n_heads 0", [&] { SelfAttention(store, "c", 16, 0); }));
}

BOOST_AUTO_TEST_CASE(an_observer_sees_queries_keys_and_values) {
  const SelfAttention attention(store, "layer.self_attention", 8, 2);
  std::vector<std::string> seen;
  const auto listening = tape.listen([&](std::string_view path, std::string_view name, Variable x) {
    seen.push_back(std::string(path) + "." + std::string(name));
    BOOST_TEST(x.n_rows() == 11);
    BOOST_TEST(x.n_columns() == 8);
  });
  const Matrix x = random_matrix({11, 8}, 1);
  attention(tape.input(view_of(x), true), some, Mask::none);
  const std::vector<std::string> expected = {"layer.self_attention.q", "layer.self_attention.k",
                                             "layer.self_attention.v"};
  BOOST_TEST(seen == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
