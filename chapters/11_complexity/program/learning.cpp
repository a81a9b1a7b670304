// What a path is good for: at the end of a word, models are asked for letters further and further
// back.
#include <functional>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/07_training_loop/optimizer.hpp"
#include "chapters/11_complexity/program/demonstrations.hpp"
#include "chapters/11_complexity/program/layers.hpp"
#include "src/autograd/operations.hpp"
#include "src/base/philox.hpp"
#include "src/book/descent.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

constexpr Index d = 32, n_letters = 16, n_words = 64;
constexpr TokenId alphabet = 4;
const std::vector<Index> distances = {3, 6, 7, 15};

/// Random words, and the letters that are asked for: for each distance those of all words.
struct Words {
  std::vector<TokenId> letters, last, asked;
  std::vector<Index> offsets{0};

  explicit Words(std::uint32_t number) {
    const RandomKey key{1, number};
    for (std::uint64_t i = 0; i < n_words * n_letters; ++i) {
      letters.push_back(static_cast<TokenId>(key.below(i, alphabet)));
    }
    for (Index s = 0; s < n_words; ++s) {
      offsets.push_back((s + 1) * n_letters);
      last.push_back(static_cast<TokenId>(offsets.back() - 1));
    }
    for (const Index distance : distances) {
      for (const TokenId row : last) {
        asked.push_back(letters[static_cast<size_t>(row - distance)]);
      }
    }
  }
};

/// Layers of one kind with residual connections, asked at the last letter.
class Model {
 public:
  Model(const std::function<Layer(ParameterStore& store, Index l)>& layer_of, Index n_layers) {
    for (Index l = 0; l < n_layers; ++l) layers_.push_back(layer_of(store_, l));
    for (const Index distance : distances) {
      answers_.push_back(store_.add("answer_" + std::to_string(distance), d, alphabet,
                                    Initial::glorot(d, alphabet)));
    }
  }

  /// (n_distances * n_words, alphabet)
  Variable operator()(Tape& tape, const Words& words) const {
    const Segments sentences{words.offsets};
    Variable x = positions_(embedding_(tape, words.letters), sentences);
    for (const Layer& layer : layers_) x = add(x, map<Tanh>(layer.run(x, sentences)));
    const Variable last = rows(x, words.last);
    std::vector<Variable> logits;
    for (const Variable answer : answers_) logits.push_back(linear(last, answer));
    return join_rows(logits);
  }

  void learn(Index n_steps) {
    Optimizer optimizer(store_, {}, [](std::int64_t) { return 0.003; });
    for (Index step = 1; step <= n_steps; ++step) {
      const Words words(static_cast<std::uint32_t>(step));
      tape_.begin(Mode::training);
      store_.forget_gradients();
      learn_classes((*this)(tape_, words), words.asked);
      optimizer.update(step, Threads::serial());
    }
  }

  /// Of new words: how many answers are right, in percent, for each distance.
  std::vector<double> percent_right() {
    constexpr std::uint32_t n_tests = 4, first_test = 1000000;
    std::vector<double> right(distances.size());
    for (std::uint32_t i = 0; i < n_tests; ++i) {
      const Words words(first_test + i);
      tape_.begin(Mode::inference);
      const std::vector<TokenId> found = likeliest((*this)(tape_, words).value());
      for (size_t answer = 0; answer < found.size(); ++answer) {
        right[answer / n_words] += found[answer] == words.asked[answer];
      }
    }
    for (double& share : right) share *= 100.0 / (n_tests * n_words);
    return right;
  }

 private:
  ParameterStore store_{1};
  Tape tape_{Threads::serial()};
  Embedding embedding_{store_, "embedding", alphabet, d};
  PositionalEncoding positions_{n_letters, d};
  std::vector<Layer> layers_;
  std::vector<Variable> answers_;
};

Layer named_convolution(ParameterStore& store, Index l, Index dilation) {
  const Convolution layer(store, "layer_" + std::to_string(l), d, d,
                          {.n = n_taps, .dilation = dilation, .is_causal = true});
  return {"", [=](Variable x, const Segments& sentences) { return layer(x, sentences); }};
}

}  // namespace

void show_out_of_reach(const SceneRequest& request) {
  const Index n_steps = request.integer("steps", 1, 99999);
  std::vector<TableRow> table;
  const auto learn = [&](const std::string& name, Index n_layers, const auto& layer_of) {
    Model model(layer_of, n_layers);
    model.learn(n_steps);
    TableRow& row = table.emplace_back(TableRow{name});
    for (const double share : model.percent_right()) row.push_back(number_text(share, 0));
  };
  learn("convolution, 3 layers", 3,
        [](ParameterStore& store, Index l) { return named_convolution(store, l, 1); });
  learn("dilated, 3 layers", 3, [](ParameterStore& store, Index l) {
    return named_convolution(store, l, l == 0 ? 1 : l == 1 ? n_taps : n_taps * n_taps);
  });
  learn("self-attention, 1 layer", 1,
        [](ParameterStore& store, Index) { return self_attention_layer(store, d, 8); });
  learn("recurrent, 1 layer", 1,
        [](ParameterStore& store, Index) { return fast_recurrent_layer(store, d); });
  print_table({"letters right, %", "3 back", "6", "7", "15"}, table);
}

}  // namespace transformer
