// The model from which one thing can be taken away.
#include "chapters/08_translation/program/partial_transformer.hpp"

#include <algorithm>

#include "tests/support/on_tape.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

struct PartialModel {
  ParameterStore store{1};
  PartialTransformer model;
  Tape tape{Threads::serial()};

  explicit PartialModel(const Parts& parts)
      : model(store, small_config(), n_small_vocabulary, parts) {}

  Matrix logits(const TranslationBatch& batch) {
    tape.begin(Mode::inference);
    return matrix_of<float>(model.logits(tape, batch.source, batch.target_input).value());
  }
};

TranslationBatch a_batch() {
  return random_batch(1, {.n_sentences = 3, .shortest = 3, .longest = 6});
}

/// The same with the tokens of each source in another order.
TranslationBatch with_sources_reversed(TranslationBatch batch) {
  const std::vector<Index>& offsets = batch.source.offsets;
  for (size_t s = 0; s + 1 < offsets.size(); ++s) {
    std::reverse(batch.source.tokens.begin() + offsets[s],
                 batch.source.tokens.begin() + offsets[s + 1]);
  }
  return batch;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(partial_transformer)

BOOST_AUTO_TEST_CASE(with_nothing_taken_away_it_is_the_transformer_to_the_last_bit) {
  const TranslationBatch batch = a_batch();
  PartialModel partial({});
  SmallModel whole;
  Tape tape(Threads::serial());
  tape.begin(Mode::inference);
  const Variable memory = whole.model.encode(tape, batch.source);
  const Variable y = whole.model.decode(batch.target_input, memory, batch.source.segments());
  BOOST_TEST(close(partial.logits(batch), matrix_of<float>(whole.model.logits(y).value()), 0.0));
}

BOOST_AUTO_TEST_CASE(without_positions_the_order_of_the_source_makes_no_difference) {
  const TranslationBatch batch = a_batch(), reversed = with_sources_reversed(batch);
  PartialModel with({}), without({.positions = false});
  BOOST_TEST(close(without.logits(reversed), without.logits(batch), 1e-5));
  BOOST_TEST(!close(with.logits(reversed), with.logits(batch), 1e-2));
}

BOOST_AUTO_TEST_CASE(each_part_that_is_taken_away_changes_what_comes_out) {
  const TranslationBatch batch = a_batch();
  const Matrix whole = PartialModel({}).logits(batch);
  for (const Parts& parts : {Parts{.positions = false}, Parts{.residual = false},
                             Parts{.norm = false}, Parts{.feed_forward = false}}) {
    BOOST_TEST(!close(PartialModel(parts).logits(batch), whole, 1e-2));
  }
}

BOOST_AUTO_TEST_CASE(what_is_taken_away_learns_nothing) {
  const TranslationBatch batch = a_batch();
  const auto is_moved = [&](const Parts& parts, const std::string& path) {
    PartialModel partial(parts);
    partial.tape.begin(Mode::training);
    partial.tape.backward(label_smoothed_cross_entropy(
        partial.model.logits(partial.tape, batch.source, batch.target_input), batch.target_output,
        0.1f));
    partial.store.complete_gradients();
    const Matrix gradient = matrix_of<float>(partial.store.at(path).variable.gradient());
    return std::any_of(gradient.begin(), gradient.end(), [](float g) { return g != 0.0f; });
  };
  for (const std::string side : {"encoder", "decoder"}) {
    const std::string w_1 = side + ".layer_1.feed_forward.w_1",
                      gain = side + ".layer_1.norm_1.gain";
    BOOST_TEST(is_moved({}, w_1));
    BOOST_TEST(!is_moved({.feed_forward = false}, w_1));
    BOOST_TEST(is_moved({}, gain));
    BOOST_TEST(!is_moved({.norm = false}, gain));
  }
}

BOOST_AUTO_TEST_SUITE_END()
