#include "chapters/03_scaled_dot_product_attention/program/plain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "src/book/attention_formulas.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"

namespace transformer {

using formula::product, formula::transpose;

//! [softmax]
Matrix plain_softmax(const Matrix& scores) {
  Matrix weights = scores;
  for (size_t i = 0; i < scores.shape(0); ++i) {
    const float largest = xt::amax(xt::row(scores, static_cast<Index>(i)))();
    float sum = 0;
    for (size_t j = 0; j < scores.shape(1); ++j) {
      weights(i, j) = std::exp(scores(i, j) - largest);
      sum += weights(i, j);
    }
    for (size_t j = 0; j < scores.shape(1); ++j) weights(i, j) /= sum;
  }
  return weights;
}
//! [softmax]

//! [softmax_backward]
Matrix plain_softmax_backward(const Matrix& weights, const Matrix& dweights) {
  Matrix dscores = weights;
  for (size_t i = 0; i < weights.shape(0); ++i) {
    float mean = 0;
    for (size_t j = 0; j < weights.shape(1); ++j) mean += weights(i, j) * dweights(i, j);
    for (size_t j = 0; j < weights.shape(1); ++j) dscores(i, j) *= dweights(i, j) - mean;
  }
  return dscores;
}
//! [softmax_backward]

//! [attention]
Matrix plain_attention(const Matrix& q, const Matrix& k, const Matrix& v) {
  const Matrix scores = product(q, transpose(k)) / std::sqrt(static_cast<float>(q.shape(1)));
  const Matrix weights = plain_softmax(scores);
  return product(weights, v);
}
//! [attention]

//! [attention_backward]
PlainGradients plain_attention_backward(const Matrix& q, const Matrix& k, const Matrix& v,
                                        const Matrix& dvectors) {
  const float root = std::sqrt(static_cast<float>(q.shape(1)));
  const Matrix scores = product(q, transpose(k)) / root;
  const Matrix weights = plain_softmax(scores);

  const Matrix dv = product(transpose(weights), dvectors);           // step 1
  const Matrix dweights = product(dvectors, transpose(v));           //
  const Matrix dscores = plain_softmax_backward(weights, dweights);  // step 2
  const Matrix dq = product(dscores, k) / root;                      // step 3
  const Matrix dk = product(transpose(dscores), q) / root;           //
  return {dq, dk, dv};
}
//! [attention_backward]

void show_plain(const SceneRequest&) {
  constexpr Index n_queries = 3, n_keys = 5, width = 4;
  const Matrix q = normal_matrix(n_queries, width, 1), k = normal_matrix(n_keys, width, 2),
               v = normal_matrix(n_keys, width, 3), dvectors = normal_matrix(n_queries, width, 4);
  Matrix weights = zeros(n_queries, n_keys), dweights = weights, vectors = zeros(n_queries, width);
  attention_forward(view_of(q), view_of(k), view_of(v), Mask::none, view_of(weights),
                    view_of(vectors));
  Matrix dq = zeros(n_queries, width), dk = zeros(n_keys, width), dv = dk;
  attention_backward(view_of(q), view_of(k), view_of(v), Mask::none, view_of(dvectors),
                     view_of(weights), view_of(dweights), view_of(dq), view_of(dk), view_of(dv));

  const Matrix plain = plain_attention(q, k, v);
  const PlainGradients gradients = plain_attention_backward(q, k, v, dvectors);
  double largest = largest_difference(view_of(plain), view_of(vectors));
  value("vectors, plain and fast, differ by", largest, 5);
  largest = std::max({largest_difference(view_of(gradients.dq), view_of(dq)),
                      largest_difference(view_of(gradients.dk), view_of(dk)),
                      largest_difference(view_of(gradients.dv), view_of(dv))});
  value("dq, dk and dv differ by", largest, 5);
}

// ---- Shares -----------------------------------------------------------------------------------

void show_shares(const SceneRequest&) {
  std::vector<TableRow> table;
  for (const float more : {0.0f, 10.0f}) {
    const Matrix scores = Matrix{{2, 1, -1}} + more;
    const Matrix by_sum = scores / xt::sum(scores)(), by_softmax = plain_softmax(scores);
    const auto row = [&](const Matrix& m, int digits) {
      return fmt::format("{}, {}, {}", number_text(m(0, 0), digits), number_text(m(0, 1), digits),
                         number_text(m(0, 2), digits));
    };
    table.push_back({row(scores, 0), row(by_sum, 3), row(by_softmax, 3)});
  }
  print_table({"scores", "score / sum of scores", "softmax"}, table);
}

void show_temperature(const SceneRequest&) {
  std::vector<TableRow> table;
  for (const double temperature : {0.1, 0.5, 1.0, 2.0, 10.0}) {
    const Matrix scores = Matrix{{2, 1, -1}} / static_cast<float>(temperature);
    const Matrix weights = plain_softmax(scores);
    table.push_back({number_text(temperature, 1), number_text(weights(0, 0)),
                     number_text(weights(0, 1)), number_text(weights(0, 2))});
  }
  print_table({"scores 2, 1, -1 divided by", "weights", "", ""}, table);
}

}  // namespace transformer
