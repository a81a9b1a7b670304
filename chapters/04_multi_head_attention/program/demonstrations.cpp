#include "chapters/04_multi_head_attention/program/demonstrations.hpp"

#include <fmt/format.h>

#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"
#include "chapters/04_multi_head_attention/multi_head_attention.hpp"
#include "src/book/examples.hpp"
#include "src/book/model_formulas.hpp"
#include "src/book/numeric_gradient.hpp"
#include "src/book/receipts.hpp"
#include "src/book/reference.hpp"
#include "src/book/sections.hpp"

namespace transformer {

// ---- Why several heads ------------------------------------------------------------------------

namespace {

//! [why_heads]
// Keys: is it a noun, and does it stand before the verb (-1) or behind it (1)? The same again in
// columns 2 and 3. Values: is it the dog, is it the cat? The same again.
const Matrix keys = {{1, -1, 1, -1}, {0, 0, 0, 0}, {1, 1, 1, 1}};
const Matrix dog_ate_cat = {{1, 0, 1, 0}, {0, 0, 0, 0}, {0, 1, 0, 1}};
const Matrix cat_ate_dog = {{0, 1, 0, 1}, {0, 0, 0, 0}, {1, 0, 1, 0}};
// The query of 'ate': a noun before it, and in columns 2 and 3 a noun behind it.
const Matrix query = {{8, -8, 8, 8}};
//! [why_heads]

/// The vector that 'ate' gets.
Matrix vector_of_ate(const Matrix& values, Index n_heads) {
  const std::vector<Index> one_query = {0, 1}, three_keys = {0, 3};
  Tape tape(Threads::serial());
  const auto input = [&](const Matrix& m) { return tape.input(view_of(m)); };
  return matrix_of<float>(scaled_dot_product_attention(input(query), input(keys), input(values),
                                                       {{one_query}, {three_keys}}, n_heads)
                              .value());
}

}  // namespace

void show_why_heads(const SceneRequest&) {
  for (const Index n_heads : {1, 2}) {
    const Matrix first = vector_of_ate(dog_ate_cat, n_heads),
                 second = vector_of_ate(cat_ate_dog, n_heads);
    fmt::print("the vector of 'ate', n_heads = {}\n", n_heads);
    print_matrix("'dog ate cat'", view_of(first));
    print_matrix("'cat ate dog'", view_of(second));
    value(fmt::format("difference with n_heads = {}", n_heads),
          largest_difference(view_of(first), view_of(second)), 3);
  }
}

void show_same_projection(const SceneRequest&) {
  constexpr Index n = 8, d_k = 16, n_sentences = 64;
  double same = 0, apart = 0;
  for (std::uint64_t s = 0; s < n_sentences; ++s) {
    const Matrix q = normal_matrix(n, d_k, 2 * s), k = normal_matrix(n, d_k, 2 * s + 1);
    const auto to_itself = [&](const Matrix& other) {
      Matrix weights = zeros(n, n);
      attention_weights(view_of(q), view_of(other), Mask::none, view_of(weights));
      return double{xt::sum(xt::diagonal(weights))()} / (n * n_sentences);
    };
    same += to_itself(q);
    apart += to_itself(k);
  }
  value("weight of a word for itself, keys are the queries", same);
  value("keys of their own", apart);
}

void show_padding(const SceneRequest&) {
  constexpr Index length = 3, d_k = 8;
  // Rows 0 to 2 are the sentence, all others the same padding.
  const auto padded_to = [&](Index n, std::uint64_t seed) {
    const Matrix words = normal_matrix(length, d_k, seed), pad = normal_matrix(1, d_k, seed + 10);
    Matrix all = zeros(n, d_k);
    for (Index i = 0; i < n; ++i) {
      xt::row(all, i) = i < length ? xt::row(words, i) : xt::row(pad, 0);
    }
    return all;
  };
  const auto attend = [&](Index n, bool masked, Matrix& weights) {
    weights = zeros(n, n);
    return padded_attention(padded_to(n, 1), padded_to(n, 2), padded_to(n, 3), masked ? length : n,
                            weights);
  };
  Matrix weights;
  const Matrix alone = attend(length, true, weights);
  std::vector<TableRow> table;
  for (const Index n : {3, 4, 8, 32}) {
    TableRow& row = table.emplace_back(TableRow{std::to_string(n)});
    for (const bool masked : {false, true}) {
      const Matrix vectors = attend(n, masked, weights);
      const double on_padding =
          xt::sum(xt::view(weights, xt::range(0, length), xt::range(length, n)))() / length;
      row.push_back(number_text(on_padding));
      row.push_back(
          number_text(largest_difference(view_of(vectors).rows(0, length), view_of(alone))));
    }
  }
  print_table({"padded to", "no mask: weight on padding", "vectors change by",
               "masked: weight on padding", "vectors change by"},
              table);
}

void show_whole_word(ConstMatrixView x, ConstMatrixView w_qkv, Index n_heads) {
  const Index d_model = x.n_columns, d_k = d_model / n_heads;
  Matrix other = matrix_of<float>(x);
  xt::col(other, d_model - 1) += 1.0f;
  Matrix before = zeros(x.n_rows, d_k), after = before;
  for (Index h = 0; h < n_heads; ++h) {
    const ConstMatrixView w = w_qkv.columns(h * d_k, (h + 1) * d_k);
    matmul(x, w, view_of(before));
    matmul(view_of(other), w, view_of(after));
    value(fmt::format("change of the queries of head {}", h),
          largest_difference(view_of(before), view_of(after)), 3);
  }
}

// ---- Two sequences ----------------------------------------------------------------------------

void show_parameters(const SceneRequest& request) {
  const Index width = request.integer("d-model", 16, 4096);
  std::vector<TableRow> table;
  for (const Index h : {1, 2, 4, 8, 16}) {
    if (width % h != 0) continue;
    ParameterStore store(1);
    const SelfAttention attention(store, "attention", width, h);
    table.push_back(
        {std::to_string(h), std::to_string(width / h), std::to_string(store.n_parameters())});
  }
  print_table({"n_heads", "d_k", fmt::format("parameters for d_model = {}", width)}, table);
  value(fmt::format("4 * {0} * {0}", width), 4 * width * width);
}

void show_cross_attention(const SceneRequest&) {
  constexpr Index n_queries = 3, n_keys = 5, d_model = 8, n_heads = 2, d_k = d_model / n_heads;
  const std::vector<Index> targets = {0, n_queries}, sources = {0, n_keys};
  const Matrix x = normal_matrix(n_queries, d_model, 3), memory = normal_matrix(n_keys, d_model, 4);
  ParameterStore store(1);
  const CrossAttention attention(store, "attention", d_model, n_heads);
  Tape tape(Threads::serial());
  std::vector<TableRow> shapes;
  Variable q, k;
  const auto note = [&](std::string_view name, Variable array) {
    shapes.push_back(
        {std::string(name), fmt::format("({}, {})", array.n_rows(), array.n_columns())});
  };
  const auto keep = [&](std::string_view, std::string_view name, Variable array) {
    if (name == "q") q = array;
    if (name == "k") k = array;
    note(name, array);
  };
  const Tape::Listening listening = tape.listen(keep);
  const Variable target = tape.input(view_of(x)), source = tape.input(view_of(memory));
  note("x", target);
  note("memory", source);
  const Variable y = attention(target, {targets}, source, {sources});
  note("y", y);
  print_table({"array", "shape"}, shapes);
  for (Index h = 0; h < n_heads; ++h) {
    Matrix weights = zeros(n_queries, n_keys);
    attention_weights(q.value().columns(h * d_k, (h + 1) * d_k),
                      k.value().columns(h * d_k, (h + 1) * d_k), Mask::none, view_of(weights));
    print_matrix(fmt::format("weights of head {}", h), view_of(weights));
  }
}

// ---- Receipts ---------------------------------------------------------------------------------

void show_receipts(const SceneRequest&) {
  ReferenceCheck file(reference_file("04_multi_head_attention"));
  const Index n_heads = file.count("n_heads");
  const std::vector<Index> offsets = file.offsets("offsets");
  const Segments sentences{offsets};
  const Matrix x_value = file.input("x"), dy = file.input("self/dy");
  const size_t d_model = x_value.shape(1);

  ParameterStore store(0);
  const SelfAttention attention(store, "self_attention", static_cast<Index>(d_model), n_heads);
  file.load_values(store, "self/parameters/");
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(x_value), true);
  tape.backward(attention(x, sentences, Mask::none), view_of(dy));

  const Variable w_qkv = store.at("self_attention.w_qkv").variable;
  const Variable w_o = store.at("self_attention.w_o").variable;
  MatrixOf<double> x_2 = x_value;
  std::vector<MatrixOf<double>> weights = {matrix_of<double>(w_qkv.value()),
                                           matrix_of<double>(w_o.value())};
  const auto loss = [&] {
    const MatrixOf<double> y = formula::self_attention(
        formula::Weights(store, weights), "self_attention", x_2, sentences, Mask::none, n_heads);
    return xt::sum(y * dy)();
  };
  const std::string gradients = "self/gradients/";
  const std::vector<Receipt> receipts = {
      {"dx", x.gradient(), numeric_gradient(x_2, loss), file.input(gradients + "x")},
      {"dw_qkv", w_qkv.gradient(), numeric_gradient(weights[0], loss),
       file.input(gradients + "self_attention.w_qkv")},
      {"dw_o", w_o.gradient(), numeric_gradient(weights[1], loss),
       file.input(gradients + "self_attention.w_o")}};
  print_receipts(receipts, 0);
}

}  // namespace transformer
