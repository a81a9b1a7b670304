// Tries the test of leak_test on decoders that keep to the past, and on some that do not.
#include "chapters/08b_when_it_goes_wrong/exercises/leak_test.hpp"

#include "src/book/exercise.hpp"

namespace transformer {
namespace {

/// Place i is the sum of the words that `weight` lets it see: weight(i, j) is that of word j.
Matrix decode(const std::vector<TokenId>& target, FunctionRef<float(Index i, Index j)> weight) {
  const auto n = static_cast<Index>(target.size());
  Matrix logits = zeros(n, 10);
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) logits(i, target[static_cast<size_t>(j)]) += weight(i, j);
  }
  return logits;
}

double verdict(FunctionRef<float(Index i, Index j)> weight) {
  const auto logits_of = [&](const std::vector<TokenId>& target) { return decode(target, weight); };
  return keeps_to_the_past(logits_of, {3, 1, 4, 1, 5}) ? 1 : 0;
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  Exercise exercise("leak_test");
  exercise.expect("keeps_to_the_past of a right decoder (1: yes)",
                  verdict([](Index i, Index j) { return j < i ? 1.0f : 0.0f; }), 1.0,
                  "places behind the changed word may change: that is how it reads");
  exercise.expect("of one that sees everything (0: no)", verdict([](Index, Index) { return 1.0f; }),
                  0.0, "change a word and see whether an earlier place notices");
  exercise.expect("of one that was fed its target unshifted",
                  verdict([](Index i, Index j) { return j <= i ? 1.0f : 0.0f; }), 0.0,
                  "place 2 sees word 2, the one that it predicts");
  exercise.expect("of one whose mask hides nearly all",
                  verdict([](Index i, Index j) { return j < i ? 1.0f : 1e-6f; }), 0.0,
                  "a leak of 0.000001 is a leak: compare bits, without a tolerance");
  exercise.expect(
      "of one that sees the last word too early",
      verdict([](Index i, Index j) { return j < i || (i == 3 && j == 4) ? 1.0f : 0.0f; }), 0.0,
      "only place 3 sees a word that comes later, the last: change every word, the last one too");
  return exercise.finish();
}
