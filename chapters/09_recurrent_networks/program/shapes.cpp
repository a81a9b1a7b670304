#include <fmt/format.h>

#include <algorithm>

#include "chapters/07_training_loop/loss.hpp"
#include "chapters/07_training_loop/trainer.hpp"
#include "chapters/09_recurrent_networks/growing_recurrent.hpp"
#include "chapters/09_recurrent_networks/program/demonstrations.hpp"
#include "chapters/09_recurrent_networks/program/tasks.hpp"
#include "src/book/descent.hpp"
#include "src/book/sections.hpp"

namespace transformer {
namespace {

/// What became of a shape: of how many new examples all is right, and one of them.
struct Learned {
  Index n_right = 0, n_asked = 0;
  std::string asked, answered;
};

TableRow row_of(const std::string& name, const Learned& learned) {
  return {name, fmt::format("{} of {}", learned.n_right, learned.n_asked), learned.asked,
          learned.answered};
}

// ---- One to one -------------------------------------------------------------------------------

/// No recurrence: two bits, and whether they differ.
Learned one_to_one() {
  ParameterStore store(1);
  const Variable w_1 = store.add("w_1", 2, 8, Initial::glorot(2, 8)),
                 b_1 = store.add("b_1", 1, 8, Initial::uniform(0.1)),
                 w_2 = store.add("w_2", 8, 2, Initial::glorot(8, 2));
  const Matrix bits = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  const std::vector<TokenId> differ = {0, 1, 1, 0};
  const auto logits = [&](Tape& tape) {
    return linear(linear(tape.input(view_of(bits)), w_1, b_1, map_id<Tanh>), w_2);
  };
  Tape tape(Threads::serial());
  for (int step = 0; step < 500; ++step) learn_step(store, tape, differ, 0.5f, logits);
  tape.begin(Mode::inference);
  const Variable found = logits(tape);
  return {n_right(found.value(), differ), 4, "1 0", std::to_string(likeliest(found.value())[2])};
}

// ---- One to many, and many to many out of step: an encoder and a decoder ----------------------

/// Trains a model that writes, and asks it.
Learned writing(WordTask task, std::uint32_t shortest, std::uint32_t longest,
                const TranslationBatch& asked) {
  Writer writer({.d_model = 32});
  for (std::uint32_t step = 1; step <= 300; ++step) {
    writer.step(task_batch(task, {32, shortest, longest}, step));
  }
  const std::vector<std::string> written = writer.write(asked.source);
  const Index n_asked = std::ssize(written), shown = n_asked / 2;
  Learned learned{0, n_asked, source_word(asked, shown), written[static_cast<size_t>(shown)]};
  for (Index s = 0; s < n_asked; ++s) {
    learned.n_right += written[static_cast<size_t>(s)] == target_word(asked, s);
  }
  return learned;
}

// ---- Many to one, and many to many in step: a reader ------------------------------------------

//! [reader]
/// A layer that reads, and what it says of each token, or of the whole.
struct Reader {
  Reader(Index n_words, Index n_classes)
      : embedding(store, "embedding", n_words, d),
        layer(store, "layer", CellKind::lstm, d, d),
        w_out(store.add("w_out", d, n_classes, Initial::glorot(d, n_classes))) {}

  Variable of_each(Tape& tape, const PackedSentences& texts, const TimeSteps& steps) const {
    const Variable x = embedding(tape, in_time_order(tape, texts.tokens, steps));
    return linear(layer.hidden(layer(x, steps)), w_out);
  }
  Variable of_the_whole(Tape& tape, const PackedSentences& texts, const TimeSteps& steps) const {
    const Variable x = embedding(tape, in_time_order(tape, texts.tokens, steps));
    return linear(rows(layer.hidden(layer(x, steps)), steps.last), w_out);
  }
  //! [reader]

  static constexpr Index d = 16;
  ParameterStore store{1};
  Embedding embedding;
  RecurrentLayer layer;
  Variable w_out;
};

const std::vector<std::string> opinion_words = {"good", "bad", "not", "the", "film", "is", "very"};

/// Texts of filler words with one opinion in them, which a 'not' before it turns around.
PackedSentences opinions(std::uint32_t number, Index n, std::vector<TokenId>& is_bad) {
  const RandomKey key{7, number};
  std::uint64_t n_drawn = 0;
  const auto draw = [&](std::uint32_t n_choices) { return key.below(n_drawn++, n_choices); };
  PackedSentences texts;
  is_bad.clear();
  for (Index s = 0; s < n; ++s) {
    const auto fillers = [&] {
      for (std::uint32_t i = draw(4); i > 0; --i) texts.push(static_cast<TokenId>(3 + draw(4)));
    };
    const bool has_not = draw(2) == 1, bad = draw(2) == 1;
    fillers();
    if (has_not) texts.push(2);
    texts.push(bad ? 1 : 0);
    fillers();
    texts.end_sentence();
    is_bad.push_back(bad != has_not ? 1 : 0);
  }
  return texts;
}

Learned many_to_one() {
  Reader reader(std::ssize(opinion_words), 2);
  Trainer trainer(reader.store, inverse_sqrt_schedule(0.02, 20), Threads::serial());
  std::vector<TokenId> is_bad;
  PackedSentences texts;
  const auto logits = [&](Tape& tape) {
    return reader.of_the_whole(tape, texts, TimeSteps(tape, texts.segments()));
  };
  for (std::uint32_t step = 1; step <= 100; ++step) {
    texts = opinions(step, 32, is_bad);
    trainer.step(
        [&](Tape& tape) { return label_smoothed_cross_entropy(logits(tape), is_bad, 0.0f); });
  }
  texts = opinions(1000000, 200, is_bad);
  trainer.tape().begin(Mode::inference);
  const Variable found = logits(trainer.tape());
  Learned learned{n_right(found.value(), is_bad), 200, "", ""};
  for (const TokenId word : texts.sentence(3)) {
    learned.asked += (learned.asked.empty() ? "" : " ") + opinion_words[static_cast<size_t>(word)];
  }
  learned.answered = likeliest(found.value())[3] == 1 ? "bad" : "good";
  return learned;
}

/// Letters and quotation marks (token 0): which letters are inside of quotation marks?
PackedSentences quotations(std::uint32_t number, Index n) {
  const RandomKey key{8, number};
  std::uint64_t n_drawn = 0;
  PackedSentences texts;
  for (Index s = 0; s < n; ++s) {
    for (std::uint32_t i = 4 + key.below(n_drawn++, 9); i > 0; --i) {
      const std::uint32_t draw = key.below(n_drawn++, 8);
      texts.push(static_cast<TokenId>(draw < 3 ? 0 : draw - 2));
    }
    texts.end_sentence();
  }
  return texts;
}

std::vector<TokenId> is_inside(const PackedSentences& texts) {
  std::vector<TokenId> inside;
  for (Index s = 0; s < texts.n_sentences(); ++s) {
    TokenId now = 0;
    for (const TokenId token : texts.sentence(s))
      inside.push_back(now = token == 0 ? 1 - now : now);
  }
  return inside;
}

Learned many_to_many_in_step() {
  Reader reader(6, 2);
  Trainer trainer(reader.store, inverse_sqrt_schedule(0.02, 20), Threads::serial());
  for (std::uint32_t step = 1; step <= 100; ++step) {
    const PackedSentences texts = quotations(step, 32);
    const std::vector<TokenId> inside = is_inside(texts);
    trainer.step([&](Tape& tape) {
      const TimeSteps steps(tape, texts.segments());
      return label_smoothed_cross_entropy(reader.of_each(tape, texts, steps),
                                          in_time_order(tape, inside, steps), 0.0f);
    });
  }
  const PackedSentences texts = quotations(1000000, 200);
  const std::vector<TokenId> inside = is_inside(texts);
  Tape& tape = trainer.tape();
  tape.begin(Mode::inference);
  const TimeSteps steps(tape, texts.segments());
  const Variable logits = rows(reader.of_each(tape, texts, steps), steps.places);
  const std::vector<TokenId> found = likeliest(logits.value());
  Learned learned{0, 200, "", ""};
  for (Index s = 0; s < 200; ++s) {
    const auto begin = texts.segments().begin(s), end = texts.segments().end(s);
    learned.n_right +=
        std::equal(found.begin() + begin, found.begin() + end, inside.begin() + begin);
  }
  for (Index i = 0; i < texts.segments().end(0); ++i) {
    const TokenId token = texts.tokens[static_cast<size_t>(i)];
    learned.asked += token == 0 ? '"' : static_cast<char>('a' + token - 1);
    learned.answered += found[static_cast<size_t>(i)] == 1 ? '1' : '0';
  }
  return learned;
}

}  // namespace

void show_shapes(const SceneRequest& request) {
  request.draw("five_shapes", five_shapes_figure());
  print_table(
      {"shape", "right", "asked", "answered"},
      std::vector<TableRow>{
          row_of("one to one: do two bits differ?", one_to_one()),
          row_of("one to many: the letters down to a",
                 writing(WordTask::counting, 1, 1, batch_of_letters(WordTask::counting))),
          row_of("many to one: is the opinion good or bad?", many_to_one()),
          row_of("many to many, in step: inside of quotation marks?", many_to_many_in_step()),
          row_of("many to many, out of step: the word backwards",
                 writing(WordTask::reversing, 2, 4,
                         task_batch(WordTask::reversing, {200, 2, 4}, 1000000)))});
}

}  // namespace transformer
