#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>

#include "chapters/10_additive_attention/additive_attention.hpp"
#include "chapters/10_additive_attention/program/demonstrations.hpp"
#include "src/book/additive_formulas.hpp"
#include "src/book/numeric_gradient.hpp"
#include "src/book/receipts.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

/// The shares of two queries, with tanh in the score and without.
void show_what_tanh_does() {
  const MatrixOf<double> q = {{1, -1}, {3, 1}}, k = {{-1, 1}, {1, 0.5}, {-2, -1}}, v = {{2, 1}};
  MatrixOf<double> plain = zeros<double>(2, 3);
  for (size_t i = 0; i < 2; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      for (size_t c = 0; c < 2; ++c) plain(i, j) += v(0, c) * (q(i, c) + k(j, c));
    }
  }
  const auto differ = [](const MatrixOf<double>& scores) {
    const MatrixOf<double> shares = formula::softmax(scores);
    const MatrixOf<double> apart =
        xt::abs(formula::rows(shares, 0, 1) - formula::rows(shares, 1, 2));
    return xt::amax(apart)();
  };
  value("two queries without tanh differ by", differ(plain), 3);
  value("two queries with tanh differ by", differ(formula::additive_scores(q, k, v)), 3);
}

}  // namespace

void show_by_hand(const SceneRequest&) {
  //! [by_hand]
  const std::vector<std::string> words = {"the", "cat", "sleeps"};
  const Matrix q = {{1, -1}};                       // W s: what the decoder's state asks
  const Matrix k = {{-1, 1}, {1, 0.5f}, {-2, -1}};  // U h: a row for each word
  const Matrix v = {{2, 1}};
  const Matrix states = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  Matrix hidden = zeros(3, 2), weights = zeros(1, 3), context = zeros(1, 3);
  additive_weights(view_of(q), view_of(k), view_of(v), view_of(hidden), view_of(weights));
  matmul(view_of(weights), view_of(states), view_of(context));
  //! [by_hand]
  std::vector<TableRow> table;
  const auto pair = [](float a, float b) {
    return number_text(static_cast<double>(a), 1) + " " + number_text(static_cast<double>(b), 1);
  };
  for (size_t j = 0; j < 3; ++j) {
    const double score =
        2.0 * static_cast<double>(hidden(j, 0)) + static_cast<double>(hidden(j, 1));
    table.push_back({words[j], pair(k(j, 0), k(j, 1)), pair(q(0, 0) + k(j, 0), q(0, 1) + k(j, 1)),
                     fmt::format("{:.3f} {:.3f}", hidden(j, 0), hidden(j, 1)),
                     number_text(score, 3), number_text(static_cast<double>(weights(0, j)), 3)});
  }
  print_table({"word", "key", "query + key", "tanh", "score", "weight"}, table);
  print_matrix("context", view_of(context));
  value("share of 'cat'", static_cast<double>(weights(0, 1)), 3);
  show_what_tanh_does();
}

namespace {

/// The queries, keys, score vector and values of the reference file.
struct ReferenceLook {
  ReferenceLook() {
    for (const std::string& name : names) {
      numbers[name] = check.input("attention/" + name);
      exact[name] = numbers[name];
    }
  }

  double loss() const {
    double sum = 0;
    for (size_t s = 0; s + 1 < queries.size(); ++s) {
      const auto of_queries = [&](const MatrixOf<double>& x) {
        return formula::rows(x, queries[s], queries[s + 1]);
      };
      const auto of_keys = [&](const MatrixOf<double>& x) {
        return formula::rows(x, keys[s], keys[s + 1]);
      };
      const MatrixOf<double> y =
          formula::additive_attention(of_queries(exact.at("q")), of_keys(exact.at("k")),
                                      exact.at("v"), of_keys(exact.at("values")));
      sum += xt::sum(y * of_queries(dy))();
    }
    return sum;
  }

  ReferenceCheck check{reference_file("10_additive_attention")};
  const std::vector<std::string> names = {"q", "k", "v", "values"};
  std::vector<Index> queries = check.offsets("attention/query_offsets"),
                     keys = check.offsets("attention/key_offsets");
  Matrix dy = check.input("attention/dy");
  std::map<std::string, Matrix> numbers;
  std::map<std::string, MatrixOf<double>> exact;
};

}  // namespace

void show_receipts(const SceneRequest&) {
  ReferenceLook look;
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  std::map<std::string, Variable> in;
  for (const std::string& name : look.names) {
    in[name] = tape.input(view_of(look.numbers[name]), true);
  }
  tape.backward(
      additive_attention(in["q"], in["k"], in["v"], in["values"], {look.queries}, {look.keys}),
      view_of(look.dy));
  std::vector<Receipt> receipts;
  for (const std::string& name : look.names) {
    receipts.push_back({"d" + name, in[name].gradient(),
                        numeric_gradient(look.exact[name], [&] { return look.loss(); }),
                        look.check.input("attention/gradients/" + name)});
  }
  print_receipts(receipts, 0);
}

namespace {

//! [naive_softmax]
/// exp(score) / sum of exp(score), as it is written.
Matrix naive_softmax(const Matrix& scores) {
  const Matrix e = xt::exp(scores);
  return e / xt::sum(e)();
}
//! [naive_softmax]

}  // namespace

void show_overflow(const SceneRequest&) {
  std::vector<TableRow> table;
  for (const float size : {1.0f, 10.0f, 50.0f, 100.0f}) {
    const Matrix v = {{size, size}}, q = {{3, 3}}, k = {{3, 3}, {3, -3.1f}, {-9, -9}};
    Matrix hidden = zeros(3, 2), weights = zeros(1, 3);
    additive_weights(view_of(q), view_of(k), view_of(v), view_of(hidden), view_of(weights));
    Matrix scores = zeros(1, 3);
    matmul(view_of(v), transposed(view_of(hidden)), view_of(scores));
    const Matrix naive = naive_softmax(scores);
    const auto text = [](float number) {
      return std::isnan(number) ? "not a number" : number_text(static_cast<double>(number), 3);
    };
    table.push_back({number_text(static_cast<double>(2 * size), 0),
                     number_text(static_cast<double>(scores(0, 0)), 1), text(naive(0, 0)),
                     text(naive(0, 1)), text(weights(0, 0)), text(weights(0, 1))});
  }
  print_table({"sum of |v|", "largest score", "as written", "2nd", "less the largest", "2nd"},
              table);
  value("the largest float, as a power of e",
        std::log(static_cast<double>(std::numeric_limits<float>::max())), 1);
}

}  // namespace transformer
