#include "chapters/03_scaled_dot_product_attention/program/demonstrations.hpp"

#include <algorithm>
#include <cmath>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"

namespace transformer {

// ---- Memory -----------------------------------------------------------------------------------

void show_memory(const SceneRequest&) {
  // The base model of the paper: 6 layers of encoder and decoder, 18 attentions of 8 heads.
  constexpr Index n_attentions = 18, n_heads = 8, n_tokens = 2048, n_matrices = 2;
  std::vector<TableRow> table;
  for (const Index n : {32, 128, 512}) {
    const auto weights = static_cast<double>(n * n * static_cast<Index>(sizeof(float)));
    const auto n_sentences = static_cast<double>(n_tokens / n);
    table.push_back({std::to_string(n), number_text(n_sentences, 0),
                     number_text(n_sentences * n_attentions * n_heads * weights / 1e6, 1),
                     number_text(n_matrices * weights / 1e6, 3)});
  }
  print_table({"tokens in a sentence", "sentences", "weights kept, MB", "scratch per thread, MB"},
              table);
}

// ---- Packed and padded ------------------------------------------------------------------------

namespace {

/// Rows of one sentence, with rows of zeros below it up to `n_rows`.
Matrix pad(ConstMatrixView sentence, Index n_rows) {
  Matrix padded = zeros(n_rows, sentence.n_columns);
  copy_to(sentence, view_of(padded).rows(0, sentence.n_rows));
  return padded;
}

}  // namespace

//! [padded]
Matrix padded_attention(const Matrix& q, const Matrix& k, const Matrix& v, Index length,
                        Matrix& weights) {
  constexpr float hidden = -1e9f;
  matmul(view_of(q), transposed(view_of(k)), view_of(weights));
  weights /= std::sqrt(static_cast<float>(q.shape(1)));
  xt::view(weights, xt::all(), xt::range(length, xt::placeholders::_)) = hidden;
  softmax_forward(view_of(weights), 1, Mask::none, view_of(weights));
  Matrix out = zeros(static_cast<Index>(q.shape(0)), static_cast<Index>(v.shape(1)));
  matmul(view_of(weights), view_of(v), view_of(out));
  return out;
}
//! [padded]

namespace {

/// Attention over packed sentences, by a team of so many threads.
Matrix attend_packed(const Matrix& q, const Matrix& k, const Matrix& v, const Segments& sentences,
                     int n_threads) {
  Threads threads(n_threads);
  Tape tape(threads);
  const auto input = [&](const Matrix& m) { return tape.input(view_of(m)); };
  return matrix_of<float>(
      scaled_dot_product_attention(input(q), input(k), input(v), {sentences, sentences}).value());
}

}  // namespace

void show_packed(const SceneRequest&) {
  constexpr Index d_k = 4;
  const std::vector<Index> offsets = {0, 5, 8};
  const Segments sentences{offsets};
  const Index n_max = 5, n_tokens = sentences.n_rows();
  const Matrix q = normal_matrix(n_tokens, d_k, 3), k = normal_matrix(n_tokens, d_k, 4),
               v = normal_matrix(n_tokens, d_k, 5);
  const Matrix packed = attend_packed(q, k, v, sentences, 1);
  print_matrix("packed: sentences of 5 and 3 tokens", view_of(packed),
               {.row_labels = {"sentence 0", "", "", "", "", "sentence 1", "", ""}});

  Index n_packed = 0, n_padded = 0;
  double difference = 0;
  for (Index s = 0; s < sentences.count(); ++s) {
    const auto padded = [&](const Matrix& m) {
      return pad(view_of(m).rows(sentences.begin(s), sentences.end(s)), n_max);
    };
    const Index length = sentences.length(s);
    Matrix weights = zeros(n_max, n_max);
    const Matrix out = padded_attention(padded(q), padded(k), padded(v), length, weights);
    if (s == 1) {
      print_matrix("weights of sentence 1, padded to 5 and masked", view_of(weights));
      print_matrix("its vectors, of which the last two mean nothing", view_of(out));
    }
    difference = std::max(
        difference, largest_difference(view_of(out).rows(0, length),
                                       view_of(packed).rows(sentences.begin(s), sentences.end(s))));
    n_packed += length * length;
    n_padded += n_max * n_max;
  }
  value_line("largest difference of packed and padded", power_text(difference));
  const Matrix by_three = attend_packed(q, k, v, sentences, 3);
  value_line("largest difference of one thread and three",
             power_text(largest_difference(view_of(packed), view_of(by_three))));
  value("scores worked out, packed", n_packed);
  value("scores worked out, padded", n_padded);
}

}  // namespace transformer
