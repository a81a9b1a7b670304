// Checks score_backward against numeric differences of the formula.
#include "chapters/10_additive_attention/exercises/score_backward.hpp"
#include "src/book/additive_formulas.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"
#include "src/book/numeric_gradient.hpp"

int main() {
  using namespace transformer;
  const Matrix q = normal_matrix(1, 3, 1), k = normal_matrix(4, 3, 2), v = normal_matrix(1, 3, 3),
               dscores = normal_matrix(1, 4, 4);
  MatrixOf<double> exact_q = q, exact_k = k, exact_v = v;
  const MatrixOf<double> weights = dscores;
  const auto loss = [&] {
    const MatrixOf<double> scores = formula::additive_scores(exact_q, exact_k, exact_v);
    return xt::sum(scores * weights)();
  };
  const Matrix dq = numeric_gradient(exact_q, loss), dk = numeric_gradient(exact_k, loss),
               dv = numeric_gradient(exact_v, loss);

  const Matrix turned = formula::transpose(dscores), no_tanh = formula::product(turned, v);
  const Matrix last = formula::rows(dk, 3, 4);
  Matrix of_sums = xt::zeros_like(v), no_tanh_q = xt::zeros_like(q);
  for (size_t j = 0; j < 4; ++j) {
    for (size_t c = 0; c < 3; ++c) {
      of_sums(0, c) += dscores(0, j) * (q(0, c) + k(j, c));
      no_tanh_q(0, c) += no_tanh(j, c);
    }
  }
  const std::string_view through_tanh = "on the way back stands tanh, too: times 1 - tanh^2";
  Exercise exercise("score_backward");
  const ScoreGradients actual = exercise_score_backward(q, k, v, dscores);
  exercise.expect("gradient of v", view_of(actual.dv), view_of(dv),
                  {{view_of(of_sums), "v was multiplied by what came out of tanh"}},
                  "the sum over the words of dscore times tanh", 1e-4);
  exercise.expect("gradient of the keys", view_of(actual.dk), view_of(dk),
                  {{view_of(no_tanh), through_tanh}}, "each key is used by one score", 1e-4);
  exercise.expect(
      "gradient of the query", view_of(actual.dq), view_of(dq),
      {{view_of(last), "every word used the query: add up"}, {view_of(no_tanh_q), through_tanh}},
      "every word used the query: add up", 1e-4);
  return exercise.finish();
}
