#include "chapters/09_recurrent_networks/sequence_to_sequence.hpp"

#include <cmath>

#include "chapters/09_recurrent_networks/growing_recurrent.hpp"
#include "src/book/recurrent_formulas.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/on_tape.hpp"
#include "tests/support/reversing.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

constexpr float epsilon_ls = 0.1f;

/// Every kind of model that there is.
std::vector<RecurrentConfig> every_config(Index d_model, float p_drop = 0.0f) {
  std::vector<RecurrentConfig> configs;
  for (const CellKind cell : {CellKind::rnn, CellKind::lstm}) {
    for (const EncoderReading reading :
         {EncoderReading::forwards, EncoderReading::backwards, EncoderReading::both}) {
      configs.push_back({cell, reading, d_model, p_drop});
    }
  }
  return configs;
}

struct Whole : OnTape {
  explicit Whole(const RecurrentConfig& of) : config(of), model(store, of, n_small_vocabulary) {
    shake(store);
  }

  RecurrentConfig config;
  SequenceToSequence model;
  TranslationBatch batch = unsorted_batch(4);
};

/// The model in double precision, sentence by sentence and step by step.
struct ByFormula {
  const formula::Weights<double> weights;
  const RecurrentConfig config;

  formula::Recurrent<double> layer(const std::string& path) const {
    return {weights(path + ".w_x"), weights(path + ".w_h"), weights(path + ".b")};
  }
  Index d_state() const { return (config.cell == CellKind::lstm ? 2 : 1) * config.d_model; }
  MatrixOf<double> embedded(TokenId token) const {
    return std::sqrt(static_cast<double>(config.d_model)) *
           formula::rows(weights("embedding"), token, token + 1);
  }

  /// What a direction of the encoder says last.
  MatrixOf<double> read(const std::string& path, const std::vector<TokenId>& tokens) const {
    MatrixOf<double> state = zeros<double>(1, d_state());
    for (const TokenId token : tokens) state = layer(path).step(embedded(token), state);
    return formula::columns(state, 0, config.d_model);
  }

  MatrixOf<double> context(std::span<const TokenId> source) const {
    std::vector<TokenId> tokens(source.begin(), source.end());
    const std::vector<TokenId> reversed(tokens.rbegin(), tokens.rend());
    if (config.reading == EncoderReading::forwards) return read("encoder.forwards", tokens);
    if (config.reading == EncoderReading::backwards) return read("encoder.backwards", reversed);
    return xt::concatenate(
        xt::xtuple(read("encoder.forwards", tokens), read("encoder.backwards", reversed)), 1);
  }

  /// One row of logits for each token of the target.
  MatrixOf<double> logits(const PackedSentences& source, const PackedSentences& target) const {
    MatrixOf<double> all = zeros<double>(target.n_tokens(), n_small_vocabulary);
    size_t row = 0;
    for (Index s = 0; s < source.n_sentences(); ++s) {
      const MatrixOf<double> c = context(source.sentence(s));
      MatrixOf<double> state =
          xt::tanh(formula::product(c, weights("decoder.w_start")) + weights("decoder.b_start"));
      for (const TokenId token : target.sentence(s)) {
        const MatrixOf<double> x = xt::concatenate(xt::xtuple(embedded(token), c), 1);
        state = layer("decoder").step(x, state);
        const MatrixOf<double> h = formula::columns(state, 0, config.d_model);
        xt::row(all, row++) =
            xt::row(formula::product(h, formula::transpose(weights("embedding"))), 0);
      }
    }
    return all;
  }
};

/// Learns to write short words backwards.
struct Learner : ReversingLearner<SequenceToSequence, RecurrentConfig> {
  explicit Learner(const RecurrentConfig& config, Threads& threads = Threads::serial())
      : ReversingLearner(config, 3, threads) {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sequence_to_sequence)

BOOST_AUTO_TEST_CASE(loss_and_every_gradient_are_those_of_the_formulas) {
  for (const RecurrentConfig& config : every_config(4)) {
    Whole whole(config);
    const auto loss = [&](const DoubleMatrices& m) {
      const ByFormula by_formula{{whole.store, m}, config};
      // In time order the targets stand in another order, but the mean is the same.
      return formula::mean_cross_entropy(
          by_formula.logits(whole.batch.source, whole.batch.target_input),
          whole.batch.target_output, epsilon_ls);
    };
    whole.tape.begin(Mode::training);
    whole.store.forget_gradients();
    const Variable found = translation_loss(whole.model, whole.tape, whole.batch, epsilon_ls);
    whole.tape.backward(found);
    const DoubleMatrices values = values_of(whole.store);
    BOOST_TEST(std::abs(double{found.value()(0, 0)} - loss(values)) < 1e-5);
    BOOST_TEST(check_gradient(loss, values, gradients_of(whole.store), {.tolerance = 1e-5}));
  }
}

BOOST_AUTO_TEST_CASE(a_translation_that_grows_gets_the_logits_of_a_full_pass) {
  for (const RecurrentConfig& config : every_config(16)) {
    Whole whole(config);
    const PackedSentences& source = whole.batch.source;
    GrowingRecurrent growing(whole.model, whole.tape, source, 2);
    // Sentence 0 branches after one token, sentence 1 leaves after two.
    const auto logits_of = [&](std::vector<TokenId> tokens) {
      return matrix_of<double>(growing.append(tokens));
    };
    const auto expected = [&](Index s, const std::vector<TokenId>& tokens) {
      PackedSentences one, prefix;
      one.push(source.sentence(s)), one.end_sentence();
      prefix.push(tokens), prefix.end_sentence();
      const DoubleMatrices values = values_of(whole.store);
      const ByFormula by_formula{{whole.store, values}, config};
      const MatrixOf<double> all = by_formula.logits(one, prefix);
      return formula::rows(all, prefix.n_tokens() - 1, prefix.n_tokens());
    };
    logits_of({1, 1, 1, 1});
    growing.continue_from(std::vector<Index>{0, 0, 1, 2, 3});
    BOOST_TEST(growing.rows().length(0) == 2);
    logits_of({5, 6, 7, 8, 9});
    growing.continue_from(std::vector<Index>{1, 0, 3});
    BOOST_TEST(growing.rows().length(1) == 0);
    const MatrixOf<double> logits = logits_of({10, 11, 12});
    BOOST_TEST(close(formula::rows(logits, 0, 1), expected(0, {1, 6, 10}), 1e-5));
    BOOST_TEST(close(formula::rows(logits, 1, 2), expected(0, {1, 5, 11}), 1e-5));
    BOOST_TEST(close(formula::rows(logits, 2, 3), expected(2, {1, 8, 12}), 1e-5));
  }
}

BOOST_AUTO_TEST_CASE(rows_and_parents_that_do_not_fit_are_refused) {
  Whole whole({.d_model = 4});
  GrowingRecurrent growing(whole.model, whole.tape, whole.batch.source);
  BOOST_TEST(fails(ExitCode::internal, "3 tokens for 4 rows", [&] {
    growing.append(std::vector<TokenId>{1, 1, 1});
  }));
  BOOST_TEST(
      fails(ExitCode::internal, "no row 4", [&] { growing.continue_from(std::vector<Index>{4}); }));
  BOOST_TEST(fails(ExitCode::internal, "more than 1 rows", [&] {
    growing.continue_from(std::vector<Index>{0, 0});
  }));
  BOOST_TEST(growing.limit(0) == whole.batch.source.segments().length(0) + 50);
}

BOOST_AUTO_TEST_CASE(it_learns_to_reverse_and_both_searches_write_what_it_learned) {
  Learner learner({.d_model = 32});
  learner.steps(400);
  const RightOnes n = right_ones<GrowingRecurrent>(learner.model, learner.batch(1000));
  BOOST_TEST(n.greedily >= 30);
  BOOST_TEST(n.with_a_beam_of_four >= 30);
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  Threads three(3);
  const RecurrentConfig config{.d_model = 64, .p_drop = 0.1f};
  Learner serial(config), threaded(config, three);
  serial.steps(3), threaded.steps(3);
  BOOST_TEST(bits_of(serial.store) == bits_of(threaded.store), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(from_the_second_step_on_nothing_is_allocated) {
  Learner learner({.d_model = 16});
  check_allocations<GrowingRecurrent>(learner);
}

BOOST_AUTO_TEST_SUITE_END()
