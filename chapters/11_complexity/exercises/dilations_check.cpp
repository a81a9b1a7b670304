// Checks dilations by the Jacobian of the stack that they make.
#include "chapters/11_complexity/exercises/dilations.hpp"

#include <algorithm>
#include <string>

#include "chapters/11_complexity/local_layers.hpp"
#include "src/book/examples.hpp"
#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// The words from which the last of n words gets exactly nothing, by how far back they are.
std::string never_heard(Index n, Index n_taps, const std::vector<Index>& dilations) {
  const Matrix x = normal_matrix(n, 1, 1), w = normal_matrix(n_taps, 1, 2), b = zeros(1, 1);
  Matrix dy = zeros(n, 1);
  dy(n - 1, 0) = 1;
  const std::vector<Index> offsets = {0, n};
  Tape tape(Threads::serial());
  tape.begin(Mode::training);
  const Variable in = tape.input(view_of(x), true);
  Variable y = in;
  for (const Index dilation : dilations) {
    y = convolution(y, tape.input(view_of(w)), tape.input(view_of(b)), {offsets},
                    {.n = n_taps, .dilation = std::max<Index>(1, dilation), .is_causal = true});
  }
  if (dilations.empty()) return n == 1 ? "none" : "all";
  tape.backward(y, view_of(dy));
  std::string unheard;
  for (Index back = 0; back < n; ++back) {
    if (in.gradient()(n - 1 - back, 0) == 0.0f) {
      unheard += (unheard.empty() ? "" : " ") + std::to_string(back);
    }
  }
  return unheard.empty() ? "none" : unheard;
}

void check(Exercise& exercise, Index n, Index n_taps) {
  const std::vector<Index> dilations = exercise_dilations(n, n_taps);
  std::vector<Index> fewest, without_neighbors, too_few;
  for (Index heard = 1; heard < n; heard *= n_taps) {
    fewest.push_back(heard);
    without_neighbors.push_back(heard * n_taps);
    if (heard * n_taps <= n) too_few.push_back(heard);
  }
  const std::string sizes = std::to_string(n) + " words, " + std::to_string(n_taps) + " taps: ",
                    jumped = never_heard(n, n_taps, without_neighbors),
                    too_short = never_heard(n, n_taps, too_few);
  exercise.expect(
      sizes + "words never heard, by their distance", never_heard(n, n_taps, dilations), "none",
      {{jumped, "nobody hears a neighbor: all these dilations jump over it"},
       {too_short == "none" ? "-" : too_short,
        "where a layer more would make too many words heard, it is needed all the same"}},
      "the last word must hear every distance from 0 to n - 1");
  const auto n_layers = static_cast<double>(fewest.size());
  Index n_doubled = 0;
  for (Index heard = 1; heard < n; heard += heard) ++n_doubled;
  const Index n_plain = (n - 2 + n_taps - 1) / (n_taps - 1);
  exercise.expect(sizes + "layers", static_cast<double>(dilations.size()), n_layers,
                  {{static_cast<double>(n_plain),
                    "without dilation each layer adds n_taps - 1 words: that takes many layers"},
                   {static_cast<double>(n_doubled),
                    "with three taps a layer makes three times as many words heard, not twice"}},
                  "each layer should make n_taps times as many words heard as the one below it");
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("dilations");
  check(exercise, 16, 2);
  check(exercise, 28, 3);
  check(exercise, 27, 3);
  return exercise.finish();
}
