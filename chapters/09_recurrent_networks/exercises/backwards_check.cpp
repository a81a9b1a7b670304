// Checks backwards against what each sentence's own end says.
#include "chapters/09_recurrent_networks/exercises/backwards.hpp"

#include <algorithm>
#include <string>

#include "src/book/exercise.hpp"

namespace transformer {
namespace {

const std::vector<Index> lengths = {4, 2, 1};

/// One line for each step.
std::string text_of(const std::vector<std::vector<Index>>& steps) {
  std::string text;
  for (const std::vector<Index>& step : steps) {
    text += text.empty() ? "" : " / ";
    for (size_t s = 0; s < step.size(); ++s) text += (s > 0 ? " " : "") + std::to_string(step[s]);
  }
  return text;
}

/// What `word_at(length, t)` gives for four steps.
template <class WordAt>
std::string steps_of(const WordAt& word_at) {
  std::vector<std::vector<Index>> steps(4);
  for (Index t = 0; t < 4; ++t) {
    for (const Index length : lengths) steps[static_cast<size_t>(t)].push_back(word_at(length, t));
  }
  return text_of(steps);
}

}  // namespace
}  // namespace transformer

int main() {
  using namespace transformer;
  const auto while_it_lasts = [](auto place) {
    return steps_of(
        [=](Index length, Index t) { return t < length ? place(length, t) : Index{-1}; });
  };
  const std::string right = while_it_lasts([](Index n, Index t) { return n - 1 - t; });
  const std::string forwards = while_it_lasts([](Index, Index t) { return t; });
  const std::string beyond = while_it_lasts([](Index n, Index t) { return n - t; });
  const std::string below = steps_of([](Index n, Index t) { return n - 1 - t; });
  const std::string padding_first =
      steps_of([](Index n, Index t) { return 3 - t < n ? 3 - t : Index{-1}; });
  Exercise exercise("backwards");
  exercise.expect(
      "words read of sentences of 4, 2 and 1, step by step", text_of(exercise_backwards(lengths)),
      right,
      {{padding_first, "shorter sentences are read from the padding on: they begin late"},
       {forwards, "this reads forwards"},
       {beyond, "one word beyond the end: places count from 0"},
       {below, "beyond the first word nothing is left: a place of -1 says that there is none"}},
      "each sentence begins with its own last word");
  return exercise.finish();
}
