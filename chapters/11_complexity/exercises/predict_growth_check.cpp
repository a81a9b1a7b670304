// Checks predict_growth by doing it.
#include "chapters/11_complexity/exercises/predict_growth.hpp"

#include <vector>

#include "chapters/03_scaled_dot_product_attention/attention.hpp"
#include "chapters/09_recurrent_networks/cells.hpp"
#include "chapters/11_complexity/local_layers.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// The multiply-adds of attention alone.
double count_of_attention(Index n, Index d, Mask mask) {
  const Matrix q = normal_matrix(n, d, 1), k = normal_matrix(n, d, 2), v = normal_matrix(n, d, 3);
  Matrix weights = zeros(n, n), vectors = zeros(n, d);
  const std::int64_t before = n_multiply_adds();
  attention_forward(view_of(q), view_of(k), view_of(v), mask, view_of(weights), view_of(vectors));
  return static_cast<double>(n_multiply_adds() - before);
}

/// How many operations one chain of a recurrent layer has.
Index chain_of(Index n) {
  ParameterStore store(1);
  const RecurrentWeights w(store, "layer", CellKind::rnn, 2, 2);
  const Matrix numbers = normal_matrix(n, 2, 1), start = zeros(1, 2);
  const std::vector<Index> offsets = {0, n};
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable x = tape.input(view_of(numbers), true);
  return tape.depth_of(
      rnn_step_by_step(x, w, tape.input(view_of(start)), TimeSteps(tape, {offsets})));
}

/// After how many layers row `from` of the input has reached row `to`; 0 for not within 30.
template <class LayerOf>
double layers_until(Index n, Index from, Index to, const LayerOf& layer) {
  const Matrix numbers = normal_matrix(n, 2, 1);
  for (int n_layers = 1; n_layers <= 30; ++n_layers) {
    Tape tape(Threads::serial());
    tape.begin(Mode::training);
    const Variable x = tape.input(view_of(numbers), true);
    Variable y = x;
    for (int l = 0; l < n_layers; ++l) y = layer(y);
    Matrix dy = zeros(n, 2);
    dy(to, 0) = dy(to, 1) = 1;
    tape.backward(y, view_of(dy));
    if (x.gradient()(from, 0) != 0.0f || x.gradient()(from, 1) != 0.0f) return n_layers;
  }
  return 0;
}

double layers_of_convolutions() {
  const std::vector<Index> offsets = {0, 21};
  const Matrix w = normal_matrix(10, 2, 3), b = zeros(1, 2);
  return layers_until(21, 0, 20, [&](Variable x) {
    return convolution(x, x.tape().input(view_of(w)), x.tape().input(view_of(b)), {offsets},
                       {.n = 5, .is_causal = true});
  });
}

double layers_of_blocks() {
  const std::vector<Index> blocks = {0, 4, 8};
  return layers_until(8, 0, 4, [&](Variable x) {
    return scaled_dot_product_attention(x, x, x, {{blocks}, {blocks}});
  });
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("predict_growth");
  const double all = count_of_attention(16, 8, Mask::none);
  exercise.expect("twice as long, half as wide", predicted_factor(),
                  count_of_attention(32, 4, Mask::none) / all,
                  {{1,
                    "every word meets every word: twice as many words are four times as many "
                    "pairs"},
                   {4, "each pair takes half as much: its vectors are half as wide"}},
                  "n n d: what becomes of it?");
  exercise.expect("share under a causal mask", predicted_share_under_a_mask(),
                  count_of_attention(16, 8, Mask::causal) / all,
                  {{0.5, "a mask hides what was multiplied: the softmax comes after the product"}},
                  "count the products of attention_forward");
  const Index step = chain_of(2) - chain_of(1);
  exercise.expect("products that wait for each other", predicted_waiting_products(),
                  static_cast<double>((chain_of(20) - chain_of(1)) / step + 1),
                  {{1, "the state of each word is made from the state before it"},
                   {19, "the first state is a product, too, with the state before all words"}},
                  "one for each state");
  exercise.expect("layers of five taps from word 0 to word 20", predicted_layers(),
                  layers_of_convolutions(),
                  {{4, "five taps reach four words back: one of them is the word itself"},
                   {10, "that is what a centred convolution takes: two words to each side"}},
                  "20 words, and each layer brings them four words on");
  exercise.expect("layers of blocks from word 0 to word 4", predicted_layers_of_blocks(),
                  layers_of_blocks(),
                  {{1, "word 0 and word 4 are in two blocks"},
                   {2, "a block never hears of another one, however many layers there are"}},
                  "who brings news from one block into another?");
  return exercise.finish();
}
