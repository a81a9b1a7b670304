// Shows recurrent networks: a step by hand, the way back through time, what distance does to a
// gradient, the five shapes, and what they remember.
#include "chapters/09_recurrent_networks/program/demonstrations.hpp"

namespace transformer {
namespace {

const Chapter chapter = {
    "09_recurrent_networks",
    "Recurrent networks, the Transformer's predecessors.",
    {{"rnn_by_hand", "a plain cell reads a sentence, with every number", show_rnn_by_hand},
     {"shapes", "five shapes of a recurrent network, each learned", show_shapes},
     {"time_order", "a packed batch in time order", show_time_order},
     {"receipts", "the gradient through time, found in three ways", show_receipts},
     {"gradient_by_distance", "the gradient that comes back over k steps",
      show_gradient_by_distance},
     {"lstm_by_hand", "an LSTM that keeps a number", show_lstm_by_hand},
     {"forget_gate", "what a forget gate at rest keeps", show_forget_gate},
     {"recall",
      "a letter that is asked for after others",
      show_recall,
      {{"steps", "150", "Training steps"}}},
     {"truncation",
      "a way back that is cut",
      show_truncation,
      {{"every", "4", "Steps between two cuts"}}},
     {"clipping", "a gradient that explodes, and a clipped one", show_clipping},
     {"context", "the context vector, half by half", show_context},
     {"reversed_source",
      "a source read forwards, backwards and both ways",
      show_reversed_source,
      {{"steps", "300", "Training steps"}}},
     {"early_words",
      "long words, by length and by place",
      show_early_words,
      {{"steps", "3000", "Training steps"}},
      true}},
    check_reference};

}  // namespace
}  // namespace transformer

int main(int argc, char** argv) {
  return transformer::run_chapter(argc, argv, transformer::chapter);
}
