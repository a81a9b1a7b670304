#include "tests/chapters/operation_table.hpp"

#include <memory>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/05_encoder/pre_norm.hpp"
#include "chapters/06_decoder/transformer.hpp"
#include "chapters/07_training_loop/loss.hpp"
#include "src/autograd/operations.hpp"

namespace transformer::test {
namespace {

std::vector<TokenId> tokens_below(Index n, Index n_vocabulary) {
  std::vector<TokenId> tokens;
  for (Index i = 0; i < n; ++i) tokens.push_back(static_cast<TokenId>(i * i % n_vocabulary));
  return tokens;
}

// ---- src/autograd -------------------------------------------------------------------------------

Call linear_call(OnTape&, Index n, Index width) {
  return {{some(n, width, 1), some(width, 3, 2)},
          [](const Variables& v) { return linear(v[0], v[1]); },
          [](const DoubleMatrices& m, auto) { return formula::product(m[0], m[1]); }};
}

Call linear_with_bias_call(OnTape&, Index n, Index width) {
  return {
      {some(n, width, 1), some(width, 3, 2), some(1, 3, 3)},
      [](const Variables& v) { return linear(v[0], v[1], v[2]); },
      [](const DoubleMatrices& m, auto) -> Double { return formula::product(m[0], m[1]) + m[2]; }};
}

Call linear_with_relu_call(OnTape&, Index n, Index width) {
  return {{some(n, width, 1), some(width, 3, 2), some(1, 3, 3)},
          [](const Variables& v) { return linear(v[0], v[1], v[2], map_id<Relu>); },
          [](const DoubleMatrices& m, auto) -> Double {
            return xt::maximum(0.0, formula::product(m[0], m[1]) + m[2]);
          }};
}

Call add_call(OnTape&, Index n, Index width) {
  return {{some(n, width, 1), some(n, width, 2)},
          [](const Variables& v) { return add(v[0], v[1]); },
          [](const DoubleMatrices& m, auto) -> Double { return m[0] + m[1]; }};
}

Call add_to_itself_call(OnTape&, Index n, Index width) {
  return {{some(n, width, 1)},
          [](const Variables& v) { return add(v[0], v[0]); },
          [](const DoubleMatrices& m, auto) -> Double { return 2.0 * m[0]; }};
}

Call multiply_call(OnTape&, Index n, Index width) {
  return {{some(n, width, 1), some(n, width, 2)},
          [](const Variables& v) { return multiply(v[0], v[1]); },
          [](const DoubleMatrices& m, auto) -> Double { return m[0] * m[1]; }};
}

Call square_call(OnTape&, Index n, Index width) {
  return {{some(n, width, 1)},
          [](const Variables& v) { return multiply(v[0], v[0]); },
          [](const DoubleMatrices& m, auto) -> Double { return m[0] * m[0]; }};
}

/// The functions of maps.hpp in double precision.
struct DoubleMath {
  using Real = double;
  static double exp(double x) { return std::exp(x); }
  static double log(double x) { return std::log(x); }
  static double tanh(double x) { return std::tanh(x); }
  static double erf(double x) { return std::erf(x); }
  static double select(bool which, double yes, double no) { return which ? yes : no; }
};

template <class Function>
Call map_call(OnTape&, Index n, Index width) {
  const Matrix x = 4.0f * some(n, width, 1), positive = 0.5f + xt::abs(x);
  return {{map_id<Function> == map_id<Log> ? positive : x},
          [](const Variables& v) { return map<Function>(v[0]); },
          [](const DoubleMatrices& m, auto) {
            Double y = m[0];
            for (double& number : y) number = Function::template value<DoubleMath>(number);
            return y;
          }};
}

/// Some rows twice, some not at all.
Call rows_call(OnTape&, Index n, Index width) {
  const auto which = std::make_shared<std::vector<TokenId>>(tokens_below(n, 3));
  return {{some(4, width, 1)},
          [=](const Variables& v) { return rows(v[0], *which, 0.5f); },
          [=](const DoubleMatrices& m, auto) {
            Double y = zeros<double>(n, width);
            for (Index i = 0; i < n; ++i) {
              xt::row(y, i) = 0.5 * xt::row(m[0], (*which)[static_cast<size_t>(i)]);
            }
            return y;
          }};
}

Call join_rows_call(OnTape&, Index n, Index width) {
  return {{some(n, width, 1), some(2, width, 2)},
          [](const Variables& v) {
            return join_rows(Variables{v[1], v[0], v[1]});
          },
          [](const DoubleMatrices& m, auto) -> Double {
            return xt::concatenate(xt::xtuple(m[1], m[0], m[1]), 0);
          }};
}

Call join_columns_call(OnTape&, Index n, Index width) {
  return {{some(n, width, 1), some(n, 2, 2)},
          [](const Variables& v) {
            return join_columns(Variables{v[1], v[0], v[1]});
          },
          [](const DoubleMatrices& m, auto) -> Double {
            return xt::concatenate(xt::xtuple(m[1], m[0], m[1]), 1);
          }};
}

Call dropout_call(OnTape&, Index n, Index width) {
  return {{some(n, width, 1)},
          [](const Variables& v) { return dropout(v[0], 0.375f); },
          [](const DoubleMatrices& m, std::uint32_t site) {
            return formula::dropout(m[0], 0.375, OnTape::key(site));
          }};
}

// ---- Chapters 01 to 04 --------------------------------------------------------------------------

Call embedding_call(OnTape& on, Index n, Index width) {
  const Index n_vocabulary = 4;  // so that tokens stand twice
  const Embedding embedding(on.store, "embedding", n_vocabulary, width);
  const auto tokens = std::make_shared<std::vector<TokenId>>(tokens_below(n, n_vocabulary));
  return {{},
          [=, &on](const Variables&) { return embedding(on.tape, *tokens); },
          [=](const DoubleMatrices& m, auto) {
            Double y = zeros<double>(n, width);
            for (Index i = 0; i < n; ++i) {
              const TokenId token = (*tokens)[static_cast<size_t>(i)];
              xt::row(y, i) = std::sqrt(static_cast<double>(width)) * xt::row(m[0], token);
            }
            return y;
          }};
}

/// Two sentences of n rows together.
std::shared_ptr<std::vector<Index>> two_sentences(Index n) {
  return std::make_shared<std::vector<Index>>(std::vector<Index>{0, n / 2, n});
}

Call positional_encoding_call(OnTape&, Index n, Index width) {
  const auto encoding = std::make_shared<PositionalEncoding>(8, width);
  const auto offsets = two_sentences(n);
  return {{some(n, width, 1)},
          [=](const Variables& v) { return (*encoding)(v[0], {*offsets}); },
          [=](const DoubleMatrices& m, auto) {
            Double y = m[0];
            for (Index i = 0; i < n; ++i) {
              const Index position = i < n / 2 ? i : i - n / 2;
              xt::row(y, i) += xt::row(encoding->table(), position);
            }
            return y;
          }};
}

Call one_position_call(OnTape&, Index n, Index width) {
  const auto encoding = std::make_shared<PositionalEncoding>(8, width);
  return {{some(n, width, 1)},
          [=](const Variables& v) { return encoding->at(v[0], 5); },
          [=](const DoubleMatrices& m, auto) -> Double {
            return m[0] + xt::row(encoding->table(), 5);
          }};
}

/// Attention of two heads; n rows of queries, n + 2 of keys and values.
Call cross_attention_call(OnTape&, Index n, Index width) {
  const auto queries = two_sentences(n), keys = two_sentences(n + 2);
  return {{some(n, 2 * width, 1), some(n + 2, 2 * width, 2), some(n + 2, 6, 3)},
          [=](const Variables& v) {
            const AttentionPattern pattern{{*queries}, {*keys}, Mask::none};
            return scaled_dot_product_attention(v[0], v[1], v[2], pattern, 2);
          },
          [=](const DoubleMatrices& m, auto) {
            return formula::packed_attention(m[0], m[1], m[2], {*queries}, {*keys}, Mask::none, 2);
          }};
}

/// Queries, keys and values are one variable, and no row sees a later one.
Call causal_attention_call(OnTape&, Index n, Index width) {
  const auto sentences = two_sentences(n);
  return {{some(n, width, 1)},
          [=](const Variables& v) {
            const AttentionPattern pattern{{*sentences}, {*sentences}, Mask::causal};
            return scaled_dot_product_attention(v[0], v[0], v[0], pattern, 1);
          },
          [=](const DoubleMatrices& m, auto) {
            return formula::packed_attention(m[0], m[0], m[0], {*sentences}, {*sentences},
                                             Mask::causal, 1);
          }};
}

/// Queries, keys and values are blocks of columns of one variable.
Call packed_projection_call(OnTape&, Index n, Index width) {
  const auto sentences = two_sentences(n);
  return {{some(n, 3 * width, 1)},
          [=](const Variables& v) {
            const auto [q, k, values] = split_columns<3>(v[0]);
            const AttentionPattern pattern{{*sentences}, {*sentences}, Mask::none};
            return scaled_dot_product_attention(q, k, values, pattern, 1);
          },
          [=](const DoubleMatrices& m, auto) {
            const auto block = [&](Index b) {
              return formula::columns(m[0], b * width, (b + 1) * width);
            };
            return formula::packed_attention(block(0), block(1), block(2), {*sentences},
                                             {*sentences}, Mask::none, 1);
          }};
}

/// Two sentences of n rows, a learned bias for each of two heads, and rows that do not all meet.
Call attention_with_bias_call(OnTape&, Index n, Index width) {
  const auto sentences = std::make_shared<std::vector<Index>>(std::vector<Index>{0, n, 2 * n});
  const auto windows = std::make_shared<std::vector<Index>>();
  for (Index i = 0; i < 2 * n; ++i) windows->push_back(i % 3);
  return {{some(2 * n, 2 * width, 1), some(2 * n, n, 2)},
          [=](const Variables& v) {
            AttentionPattern pattern{{*sentences}, {*sentences}, Mask::none, v[1]};
            pattern.query_windows = pattern.key_windows = *windows;
            return scaled_dot_product_attention(v[0], v[0], v[0], pattern, 2);
          },
          [=](const DoubleMatrices& m, auto) {
            Double y = zeros<double>(2 * n, 2 * width);
            for (Index s = 0; s < 2; ++s) {
              for (Index h = 0; h < 2; ++h) {
                const Double x = formula::columns(formula::rows(m[0], s * n, (s + 1) * n),
                                                  h * width, (h + 1) * width);
                Double scores = formula::product(x, formula::transpose(x)) /
                                std::sqrt(static_cast<double>(width));
                scores += formula::rows(m[1], h * n, (h + 1) * n);
                for (Index i = 0; i < n; ++i) {
                  for (Index j = 0; j < n; ++j) {
                    if ((*windows)[s * n + i] != (*windows)[s * n + j]) scores(i, j) = -1e30;
                  }
                }
                xt::view(y, xt::range(s * n, (s + 1) * n), xt::range(h * width, (h + 1) * width)) =
                    formula::product(formula::softmax(scores), x);
              }
            }
            return y;
          }};
}

// ---- Chapters 05 to 07 --------------------------------------------------------------------------

template <bool drops>
Call residual_norm_call(OnTape& on, Index n, Index width) {
  const float p_drop = drops ? 0.375f : 0.0f;
  const ResidualNorm norm(on.store, "norm", {.d_model = width, .p_drop = p_drop});
  shake(on.store);
  return {{some(n, width, 1), some(n, width, 2)},
          [=](const Variables& v) { return norm(v[0], v[1]); },
          [=, &on](const DoubleMatrices& m, std::uint32_t site) {
            formula::DropoutSites sites(p_drop, OnTape::key(site));
            return formula::residual_norm(formula::Weights(on.store, m), "norm", m[2], m[3], sites);
          }};
}

/// A sub-layer that ends in ReLU: its mask is read from its output, which must still be there.
Call norm_after_relu_call(OnTape& on, Index n, Index width) {
  const ResidualNorm norm(on.store, "norm", {.d_model = width, .p_drop = 0.0f});
  shake(on.store);
  return {{some(n, width, 1), some(width, width, 2), some(1, width, 3)},
          [=](const Variables& v) { return norm(v[0], linear(v[0], v[1], v[2], map_id<Relu>)); },
          [&on](const DoubleMatrices& m, auto) {
            formula::DropoutSites sites(0.0f, {});
            const Double sublayer = xt::maximum(0.0, formula::product(m[2], m[3]) + m[4]);
            return formula::residual_norm(formula::Weights(on.store, m), "norm", m[2], sublayer,
                                          sites);
          }};
}

Call layer_norm_call(OnTape&, Index n, Index width) {
  return {{some(n, width, 1), some(1, width, 2), some(1, width, 3)},
          [](const Variables& v) { return layer_norm(v[0], v[1], v[2]); },
          [](const DoubleMatrices& m, auto) {
            const formula::VectorOf<double> gain = xt::row(m[1], 0), bias = xt::row(m[2], 0);
            return formula::layer_norm(m[0], gain, bias, 1e-5);
          }};
}

Call projection_call(OnTape&, Index n, Index width) {
  return {{some(n, width, 1), some(5, width, 2)},
          [](const Variables& v) { return project_to_vocabulary(v[0], v[1]); },
          [](const DoubleMatrices& m, auto) {
            return formula::product(m[0], formula::transpose(m[1]));
          }};
}

Call cross_entropy_call(OnTape&, Index n, Index width) {
  const auto targets = std::make_shared<std::vector<TokenId>>(tokens_below(n, width));
  return {{some(n, width, 1)},
          [=](const Variables& v) { return label_smoothed_cross_entropy(v[0], *targets, 0.25f); },
          [=](const DoubleMatrices& m, auto) {
            return Double{{formula::mean_cross_entropy(m[0], *targets, 0.25f)}};
          }};
}

Call projected_cross_entropy_call(OnTape&, Index n, Index width) {
  const auto targets = std::make_shared<std::vector<TokenId>>(tokens_below(n, 5));
  return {{some(n, width, 1), some(5, width, 2)},
          [=](const Variables& v) { return projected_cross_entropy(v[0], v[1], *targets, 0.25f); },
          [=](const DoubleMatrices& m, auto) {
            const Double logits = formula::product(m[0], formula::transpose(m[1]));
            return Double{{formula::mean_cross_entropy(logits, *targets, 0.25f)}};
          }};
}

Call projected_r_drop_call(OnTape&, Index n, Index width) {
  const auto targets = std::make_shared<std::vector<TokenId>>(tokens_below(n, 5));
  return {{some(2 * n, width, 1), some(5, width, 2)},
          [=](const Variables& v) { return projected_r_drop(v[0], v[1], *targets, 0.25f, 3.0f); },
          [=](const DoubleMatrices& m, auto) {
            const Double logits = formula::product(m[0], formula::transpose(m[1]));
            const Double a = xt::view(logits, xt::range(0, n)),
                         b = xt::view(logits, xt::range(n, 2 * n));
            const double cross_entropies = formula::mean_cross_entropy(a, *targets, 0.25f) +
                                           formula::mean_cross_entropy(b, *targets, 0.25f);
            return Double{{cross_entropies / 2 + 3.0 / 4 * xt::mean(formula::divergence(a, b))()}};
          }};
}

std::vector<OperationRow> rows_of_the_core() {
  return {
      {"linear", "", linear_call},
      {"linear", "with a bias", linear_with_bias_call},
      {"linear", "with ReLU", linear_with_relu_call},
      {"add", "", add_call},
      {"add", "of a variable to itself", add_to_itself_call},
      {"multiply", "", multiply_call},
      {"multiply", "of a variable by itself", square_call},
      {"map", "relu", map_call<Relu>},
      {"map", "gelu", map_call<Gelu>},
      {"map", "gelu by tanh", map_call<GeluTanh>},
      {"map", "tanh", map_call<Tanh>},
      {"map", "sigmoid", map_call<Sigmoid>},
      {"map", "log", map_call<Log>},
      {"rows", "", rows_call},
      {"join_rows", "", join_rows_call},
      {"join_columns", "", join_columns_call},
      {"dropout", "", dropout_call},
  };
}

// Has no gradient, since it is for inference: {"attend_row_by_row", tests/chapters/06_greedy_test}.
std::vector<OperationRow> rows_of_the_chapters() {
  // One number has no deviation: it is divided by the root of epsilon, 1e-5.
  const double of_no_deviation = 1 / std::sqrt(1e-5);
  return {
      {"rows", "of an embedding", embedding_call},
      {"positional_encoding", "", positional_encoding_call},
      {"positional_encoding", "of one position", one_position_call},
      {"scaled_dot_product_attention", "to another sequence", cross_attention_call},
      {"scaled_dot_product_attention", "causal, to itself", causal_attention_call},
      {"scaled_dot_product_attention", "of blocks of columns", packed_projection_call},
      {"scaled_dot_product_attention", "with a bias and windows", attention_with_bias_call},
      {"residual_norm", "", residual_norm_call<false>, 0, of_no_deviation},
      {"residual_norm", "with dropout", residual_norm_call<true>, 0, of_no_deviation},
      {"residual_norm", "after a sub-layer with ReLU", norm_after_relu_call, 0, of_no_deviation},
      {"layer_norm", "", layer_norm_call, 0, of_no_deviation},
      {"project_to_vocabulary", "", projection_call},
      {"label_smoothed_cross_entropy", "", cross_entropy_call, 1},
      {"projected_cross_entropy", "", projected_cross_entropy_call, 1},
      {"projected_r_drop", "", projected_r_drop_call, 1},
      {"recurrence", "of plain cells", plain_recurrence_call},
      {"recurrence", "of an LSTM", lstm_call},
      {"additive_attention", "", additive_attention_call},
      {"blend", "", blend_call},
      {"convolution", "", convolution_call},
      {"convolution", "causal and dilated", causal_convolution_call},
      {"restricted_attention", "", restricted_attention_call},
  };
}

}  // namespace

const std::vector<OperationRow>& operation_rows() {
  static const std::vector<OperationRow> rows = [] {
    std::vector<OperationRow> all = rows_of_the_core();
    const std::vector<OperationRow> later = rows_of_the_chapters();
    all.insert(all.end(), later.begin(), later.end());
    return all;
  }();
  return rows;
}

}  // namespace transformer::test
