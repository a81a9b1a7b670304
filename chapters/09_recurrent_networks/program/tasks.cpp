#include "chapters/09_recurrent_networks/program/tasks.hpp"

#include <algorithm>

#include "chapters/09_recurrent_networks/growing_recurrent.hpp"
#include "src/base/philox.hpp"
#include "src/book/descent.hpp"

namespace transformer {
namespace {

constexpr Index n_vocabulary = Vocabulary::n_special + n_word_letters;

std::vector<TokenId> answer(WordTask task, const std::vector<TokenId>& word) {
  std::vector<TokenId> made = word;
  if (task == WordTask::reversing) std::reverse(made.begin(), made.end());
  if (task != WordTask::counting) return made;
  made.clear();
  for (TokenId token = word.front(); token >= Vocabulary::n_special; --token) made.push_back(token);
  return made;
}

}  // namespace

TranslationBatch task_batch(WordTask task, const WordSizes& sizes, std::uint32_t number) {
  const RandomKey key{2, number};
  std::uint64_t n_drawn = 0;
  TranslationBatch batch;
  for (Index i = 0; i < sizes.n_pairs; ++i) {
    std::vector<TokenId> word(sizes.shortest +
                              key.below(n_drawn++, sizes.longest - sizes.shortest + 1));
    for (TokenId& letter : word) {
      letter = Vocabulary::n_special + static_cast<TokenId>(key.below(n_drawn++, n_word_letters));
    }
    append_pair(word, answer(task, word), batch);
  }
  return batch;
}

TranslationBatch batch_of_letters(WordTask task) {
  TranslationBatch batch;
  for (Index i = 0; i < n_word_letters; ++i) {
    const std::vector<TokenId> word = {Vocabulary::n_special + static_cast<TokenId>(i)};
    append_pair(word, answer(task, word), batch);
  }
  return batch;
}

std::string letters(std::span<const TokenId> tokens) {
  std::string text;
  for (const TokenId token : tokens) {
    if (token >= Vocabulary::n_special) {
      text += static_cast<char>('a' + token - Vocabulary::n_special);
    }
  }
  return text;
}

std::string source_word(const TranslationBatch& batch, Index s) {
  return letters(batch.source.sentence(s));
}

std::string target_word(const TranslationBatch& batch, Index s) {
  return letters(batch.target_input.sentence(s));
}

Writer::Writer(const RecurrentConfig& config, std::uint64_t seed)
    : store_(seed),
      model_(store_, config, n_vocabulary),
      trainer_(store_, inverse_sqrt_schedule(0.01, 50), Threads::serial(), 1, {.clip_norm = 1.0f}) {
}

double Writer::step(const TranslationBatch& batch) {
  return trainer_.step([&](Tape& tape) { return translation_loss(model_, tape, batch, 0.0f); })
      .loss;
}

std::vector<bool> Writer::foretold(const TranslationBatch& batch) {
  Tape& tape = trainer_.tape();
  tape.begin(Mode::inference);
  const TimeSteps steps(tape, batch.target_input.segments());
  const Variable context = model_.encode(tape, batch.source);
  const Variable states = model_.decode(in_time_order(tape, batch.target_input.tokens, steps),
                                        context, rows(model_.start(context), steps.order), steps);
  const std::vector<TokenId> found = likeliest(rows(model_.logits(states), steps.places).value());
  std::vector<bool> is_right;
  for (size_t i = 0; i < found.size(); ++i) is_right.push_back(found[i] == batch.target_output[i]);
  return is_right;
}

std::vector<std::string> Writer::write(const PackedSentences& source) {
  std::vector<std::string> words;
  for (const Translation& written : greedy_decode(model_, trainer_.tape(), source)) {
    words.push_back(letters(written.tokens));
  }
  return words;
}

double percent_right(const std::vector<std::string>& written, const TranslationBatch& expected) {
  double n_right = 0, n_all = 0;
  for (Index s = 0; s < expected.source.n_sentences(); ++s) {
    const std::string &word = written[static_cast<size_t>(s)], right = target_word(expected, s);
    for (size_t i = 0; i < right.size(); ++i) n_right += i < word.size() && word[i] == right[i];
    n_all += static_cast<double>(right.size());
  }
  return 100 * n_right / n_all;
}

}  // namespace transformer
