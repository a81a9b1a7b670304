// Which letter of a word comes first: asked with several codes of the places, and without.
#include <numeric>
#include <utility>

#include "chapters/01_embeddings/embedding.hpp"
#include "chapters/02_positional_encoding/positional_encoding.hpp"
#include "chapters/02_positional_encoding/program/demonstrations.hpp"
#include "src/autograd/operations.hpp"
#include "src/base/philox.hpp"
#include "src/book/descent.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

constexpr Index width = 32, n_letters = 8, length = 4, n_words = 64;

/// Random words of four letters that differ, and the first letter of each.
struct Words {
  std::vector<TokenId> letters, places, first;
  Matrix adds_up = zeros(n_words, n_words* length);  // times rows, gives their sum for each word

  explicit Words(std::uint32_t number) {
    const RandomKey key{1, number};
    std::uint64_t n_drawn = 0;
    for (Index w = 0; w < n_words; ++w) {
      std::vector<TokenId> all(n_letters);
      std::iota(all.begin(), all.end(), 0);
      for (Index i = 0; i < length; ++i) {
        const auto left = static_cast<std::uint32_t>(n_letters - i);
        std::swap(all[static_cast<size_t>(i)],
                  all[static_cast<size_t>(i + key.below(n_drawn++, left))]);
        letters.push_back(all[static_cast<size_t>(i)]);
        places.push_back(static_cast<TokenId>(i));
        adds_up(w, std::ssize(letters) - 1) = 1;
      }
      first.push_back(all[0]);
    }
  }
};

/// A vector for each letter, a function of each, the sum over the word, and a linear layer that
/// reads it.
struct Reader {
  ParameterStore store{1};
  Embedding embedding{store, "embedding", n_letters, width};
  Variable w = store.add("w", width, width, Initial::glorot(width, width)),
           b = store.add("b", 1, width, Initial::zeros()),
           reader = store.add("reader", width, n_letters, Initial::glorot(width, n_letters)),
           learned_codes = store.add("codes", length, width, Initial::zeros());

  //! [reader]
  /// `codes` has a row for each place: zeros, the sinusoids, or rows that are learned.
  Variable operator()(Tape& tape, const Words& words, Variable codes) const {
    const Variable x = add(embedding(tape, words.letters), rows(codes, words.places));
    const Variable each = linear(x, w, b, map_id<Relu>);  // (n_words * length, width)
    const Variable sum = linear(tape.input(view_of(words.adds_up)), each);  // (n_words, width)
    return linear(sum, reader);
  }
  //! [reader]

  /// The same with constant codes, or with learned ones where there is no such matrix.
  Variable read(Tape& tape, const Words& words, const Matrix* codes) const {
    return (*this)(tape, words, codes ? tape.input(view_of(*codes)) : tape.use(learned_codes));
  }

  void learn(Tape& tape, const Matrix* codes) {
    for (std::uint32_t step = 1; step <= 2000; ++step) {
      const Words words(step);
      learn_step(store, tape, words.first, 0.02f, [&](Tape& on) { return read(on, words, codes); });
    }
  }

  /// Of new words the share, in percent, whose first letter is found.
  double percent_right(Tape& tape, const Matrix* codes) const {
    Index right = 0;
    constexpr std::uint32_t n_tests = 8, first_test = 1000000;
    for (std::uint32_t i = 0; i < n_tests; ++i) {
      const Words words(first_test + i);
      tape.begin(Mode::inference);
      right += n_right(read(tape, words, codes).value(), words.first);
    }
    return 100.0 * static_cast<double>(right) / static_cast<double>(n_tests * n_words);
  }
};

}  // namespace

void show_which_first(const SceneRequest&) {
  const Matrix none = zeros(length, width), paper = sinusoids(length, width),
               in_halves = halves(length, width);
  Tape tape(Threads::serial());
  std::vector<TableRow> table;
  const auto ask = [&](const Reader& reader, const std::string& learned, const std::string& asked,
                       const Matrix* codes) {
    table.push_back({learned, asked, number_text(reader.percent_right(tape, codes), 0)});
  };
  Reader of_none, of_paper, of_learned;
  of_none.learn(tape, &none);
  of_paper.learn(tape, &paper);
  of_learned.learn(tape, nullptr);
  ask(of_none, "none", "none", &none);
  ask(of_paper, "the paper's", "the paper's", &paper);
  ask(of_paper, "the paper's", "halves", &in_halves);
  ask(of_learned, "learned", "learned", nullptr);
  print_table({"learns with", "asked with", "first letter found, %"}, table);
}

}  // namespace transformer
