// The feed-forward network: one hidden number made by hand, and a whole network on each word.
#include <algorithm>

#include "chapters/05_encoder/encoder.hpp"
#include "chapters/05_encoder/program/parts.hpp"
#include "src/book/examples.hpp"
#include "src/book/sections.hpp"

namespace transformer {

void show_question(const SceneRequest&) {
  ParameterStore store(0);
  const FeedForward feed_forward(store, "ffn", {.d_model = 3, .d_ff = 1});
  const auto set = [&](const std::string& name, const Matrix& numbers) {
    copy_to(view_of(numbers), store.at("ffn." + name).value());
  };
  //! [question]
  // The columns of a word: is it a verb? does it stand beside a "not"? is it a verb that is denied?
  set("w_1", Matrix{{1}, {1}, {0}});  // one for a verb and one for a "not":
  set("b_1", Matrix{{-1}});           // only both together come above 0,
  set("w_2", Matrix{{0, 0, 1}});      // and write a 1 into the third column.
  //! [question]

  const Matrix x = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {1, 1, 0}};
  Tape tape(Threads::serial());
  const ConstMatrixView y = feed_forward(tape.input(view_of(x))).value();
  const std::vector<std::string> words = {"dog", "sleeps", "dog, beside 'not'",
                                          "sleeps, beside 'not'"};
  std::vector<TableRow> table;
  for (Index i = 0; i < 4; ++i) {
    const auto row = static_cast<size_t>(i);
    table.push_back({words[row], number_text(x(row, 0), 0), number_text(x(row, 1), 0),
                     number_text(x(row, 0) + x(row, 1) - 1, 0), number_text(y(i, 2), 0)});
  }
  print_table({"word", "verb", "not", "x W_1 + b_1", "max(0, .)"}, table);
}

void show_feed_forward(const SceneRequest&) {
  ParameterStore store(1);
  const FeedForward feed_forward(store, "feed_forward", {.d_model = 4, .d_ff = 16});
  Tape tape(Threads::serial());
  const Matrix x = sentence();
  const Variable y = feed_forward(tape.input(view_of(x)));
  print_matrix("x", view_of(x), {.row_labels = sentence_words});
  print_matrix("FFN(x)", y.value(), {.row_labels = sentence_words});
  double difference = 0;
  for (Index i = 0; i < 5; ++i) {
    const Variable alone = feed_forward(tape.input(view_of(x).rows(i, i + 1)));
    difference = std::max(difference, largest_difference(alone.value(), y.value().rows(i, i + 1)));
  }
  value("largest difference to each word alone", difference, 4);
}

}  // namespace transformer
