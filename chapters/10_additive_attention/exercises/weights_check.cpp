// Checks weights against the chapter's own.
#include "chapters/10_additive_attention/additive_attention.hpp"
#include "chapters/10_additive_attention/exercises/weights.hpp"
#include "src/book/additive_formulas.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// Softmax over each row of scores that were made in another way.
template <class Score>
Matrix softmax_of(const Matrix& q, const Matrix& k, const Matrix& v, Score score) {
  Matrix scores = zeros(static_cast<Index>(q.shape(0)), static_cast<Index>(k.shape(0)));
  for (size_t i = 0; i < q.shape(0); ++i) {
    for (size_t j = 0; j < k.shape(0); ++j) {
      for (size_t c = 0; c < q.shape(1); ++c) scores(i, j) += v(0, c) * score(q(i, c), k(j, c));
    }
  }
  return formula::softmax(scores);
}

Matrix over_queries(const Matrix& scores) {
  const Matrix turned = formula::transpose(scores);
  return formula::transpose(formula::softmax(turned));
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const Matrix q = normal_matrix(2, 4, 1), k = normal_matrix(3, 4, 2), v = normal_matrix(1, 4, 3);
  Matrix hidden = zeros(6, 4), right = zeros(2, 3);
  additive_weights(view_of(q), view_of(k), view_of(v), view_of(hidden), view_of(right));
  const Matrix scores = formula::additive_scores(q, k, v), by_columns = over_queries(scores);
  const Matrix no_tanh = softmax_of(q, k, v, [](float a, float b) { return a + b; }),
               apart = softmax_of(q, k, v,
                                  [](float a, float b) { return std::tanh(a) + std::tanh(b); }),
               product = softmax_of(q, k, v, [](float a, float b) { return a * b; });
  Exercise exercise("weights");
  exercise.name_places({"first query", "second query"}, {"'the'", "'cat'", "'sleeps'"});
  const Matrix actual = exercise_weights(q, k, v);
  exercise.expect(
      "weights", view_of(actual), view_of(right),
      {{view_of(scores), "those are the scores: a softmax makes weights of them"},
       {view_of(no_tanh),
        "without tanh the query adds the same to all scores of a row, and changes nothing"},
       {view_of(apart),
        "the sum goes through tanh, not each side by itself: else the query changes nothing"},
       {view_of(by_columns), "each query shares out a whole: rows add up to 1, not columns"},
       {view_of(product), "query and key are added, not multiplied"}},
      "softmax over j of v . tanh(q_i + k_j)");
  return exercise.finish();
}
