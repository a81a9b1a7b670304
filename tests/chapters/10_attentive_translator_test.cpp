#include "chapters/10_additive_attention/attentive_translator.hpp"

#include <cmath>

#include "chapters/10_additive_attention/growing_attentive.hpp"
#include "src/book/additive_formulas.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/on_tape.hpp"
#include "tests/support/reversing.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

constexpr float epsilon_ls = 0.1f;

/// Every kind of model that there is.
std::vector<AttentiveConfig> every_config(Index d_model, float p_drop = 0.0f) {
  std::vector<AttentiveConfig> configs;
  for (const AttentiveCell cell : {AttentiveCell::gru, AttentiveCell::lstm}) {
    for (const AttentionScore score : {AttentionScore::additive, AttentionScore::dot_product}) {
      configs.push_back({cell, score, d_model, p_drop});
    }
  }
  return configs;
}

struct Whole : OnTape {
  explicit Whole(const AttentiveConfig& of) : config(of), model(store, of, n_small_vocabulary) {
    shake(store);
  }

  AttentiveConfig config;
  AttentiveTranslator model;
  TranslationBatch batch = unsorted_batch(4);
};

using Double = MatrixOf<double>;

Double side_by_side(const Double& a, const Double& b) {
  return xt::concatenate(xt::xtuple(a, b), 1);
}

/// The model in double precision, sentence by sentence and step by step.
struct ByFormula {
  const formula::Weights<double> weights;
  const AttentiveConfig config;

  Index d_state() const { return (config.cell == AttentiveCell::lstm ? 2 : 1) * config.d_model; }
  Double step(const std::string& path, const Double& x, const Double& state) const {
    if (config.cell == AttentiveCell::gru) {
      return formula::Gru<double>{weights(path + ".w_x"), weights(path + ".w_h"),
                                  weights(path + ".w_c"), weights(path + ".b")}
          .step(x, state);
    }
    return formula::Recurrent<double>{weights(path + ".w_x"), weights(path + ".w_h"),
                                      weights(path + ".b")}
        .step(x, state);
  }
  Double hidden(const Double& state) const { return formula::columns(state, 0, config.d_model); }
  Double embedded(TokenId token) const {
    return std::sqrt(static_cast<double>(config.d_model)) *
           formula::rows(weights("embedding"), token, token + 1);
  }

  /// What a direction says at each word; `tokens` in the order in which it reads.
  std::vector<Double> read(const std::string& path, const std::vector<TokenId>& tokens) const {
    std::vector<Double> said;
    Double state = zeros<double>(1, d_state());
    for (const TokenId token : tokens) {
      state = step(path, embedded(token), state);
      said.push_back(hidden(state));
    }
    return said;
  }

  Double context(const Double& state, const Double& memory) const {
    const Double q = formula::product(hidden(state), weights("attention.w_query")),
                 k = formula::product(memory, weights("attention.w_key"));
    if (config.score == AttentionScore::additive) {
      return formula::additive_attention(q, k, weights("attention.v"), memory);
    }
    const Double scores =
        formula::product(q, formula::transpose(k)) / std::sqrt(double(config.d_model));
    return formula::product(formula::softmax(scores), memory);
  }

  /// The logits after each token of one target.
  Double logits(std::span<const TokenId> source, std::span<const TokenId> target) const {
    const std::vector<TokenId> tokens(source.begin(), source.end()),
        reversed(source.rbegin(), source.rend());
    const std::vector<Double> there = read("encoder.forwards", tokens),
                              back = read("encoder.backwards", reversed);
    const size_t n = tokens.size();
    Double memory = zeros<double>(static_cast<Index>(n), 2 * config.d_model);
    for (size_t j = 0; j < n; ++j) {
      xt::view(memory, xt::range(j, j + 1), xt::all()) = side_by_side(there[j], back[n - 1 - j]);
    }
    Double state = xt::tanh(formula::product(back.back(), weights("decoder.w_start")) +
                            weights("decoder.b_start"));
    Double all = zeros<double>(std::ssize(target), n_small_vocabulary);
    for (size_t i = 0; i < target.size(); ++i) {
      const Double c = context(state, memory);
      state = step("decoder", side_by_side(embedded(target[i]), c), state);
      const Double said =
          xt::tanh(formula::product(side_by_side(hidden(state), c), weights("output.w")) +
                   weights("output.b"));
      xt::row(all, i) =
          xt::row(formula::product(said, formula::transpose(weights("embedding"))), 0);
    }
    return all;
  }

  double loss(const TranslationBatch& batch) const {
    Double all = zeros<double>(batch.n_target_tokens(), n_small_vocabulary);
    for (Index s = 0; s < batch.source.n_sentences(); ++s) {
      const Segments rows = batch.target_input.segments();
      xt::view(all, xt::range(rows.begin(s), rows.end(s)), xt::all()) =
          logits(batch.source.sentence(s), batch.target_input.sentence(s));
    }
    return formula::mean_cross_entropy(all, batch.target_output, epsilon_ls);
  }
};

/// Learns to write words backwards.
struct Learner : ReversingLearner<AttentiveTranslator, AttentiveConfig> {
  explicit Learner(const AttentiveConfig& config, Threads& threads = Threads::serial())
      : ReversingLearner(config, 5, threads) {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(attentive_translator)

BOOST_AUTO_TEST_CASE(loss_and_every_gradient_are_those_of_the_formulas) {
  for (const AttentiveConfig& config : every_config(4)) {
    Whole whole(config);
    const auto loss = [&](const DoubleMatrices& m) {
      return ByFormula{{whole.store, m}, config}.loss(whole.batch);
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
  for (const AttentiveConfig& config : every_config(16)) {
    Whole whole(config);
    const PackedSentences& source = whole.batch.source;
    GrowingAttentive growing(whole.model, whole.tape, source, 2);
    const DoubleMatrices values = values_of(whole.store);
    const ByFormula by_formula{{whole.store, values}, config};
    const auto is_right = [&](ConstMatrixView row, Index s, const std::vector<TokenId>& prefix) {
      const Double all = by_formula.logits(source.sentence(s), prefix);
      return close(row, formula::rows(all, std::ssize(prefix) - 1, std::ssize(prefix)), 1e-5);
    };
    // Sentence 0 branches after one token, sentence 1 leaves after two.
    growing.append(std::vector<TokenId>{1, 1, 1, 1});
    growing.continue_from(std::vector<Index>{0, 0, 1, 2, 3});
    BOOST_TEST(growing.rows().length(0) == 2);
    growing.append(std::vector<TokenId>{5, 6, 7, 8, 9});
    growing.continue_from(std::vector<Index>{1, 0, 3});
    BOOST_TEST(growing.rows().length(1) == 0);
    const ConstMatrixView logits = growing.append(std::vector<TokenId>{10, 11, 12});
    BOOST_TEST(is_right(logits.rows(0, 1), 0, {1, 6, 10}));
    BOOST_TEST(is_right(logits.rows(1, 2), 0, {1, 5, 11}));
    BOOST_TEST(is_right(logits.rows(2, 3), 2, {1, 8, 12}));
  }
}

BOOST_AUTO_TEST_CASE(rows_and_parents_that_do_not_fit_are_refused) {
  Whole whole({.d_model = 4});
  GrowingAttentive growing(whole.model, whole.tape, whole.batch.source);
  BOOST_TEST(fails(ExitCode::internal, "3 tokens for 4 rows", [&] {
    growing.append(std::vector<TokenId>{1, 1, 1});
  }));
  BOOST_TEST(
      fails(ExitCode::internal, "no row 4", [&] { growing.continue_from(std::vector<Index>{4}); }));
  BOOST_TEST(growing.limit(0) == whole.batch.source.segments().length(0) + 50);
}

BOOST_AUTO_TEST_CASE(it_learns_to_reverse_along_the_other_diagonal_and_both_searches_find_it) {
  for (const AttentionScore score : {AttentionScore::additive, AttentionScore::dot_product}) {
    Learner learner({.score = score, .d_model = 32});
    learner.steps(400);
    const RightOnes n = right_ones<GrowingAttentive>(learner.model, learner.batch(1000));
    BOOST_TEST(n.greedily >= 31);
    BOOST_TEST(n.with_a_beam_of_four >= 31);

    // Everywhere alike would be a sixth.
    TranslationBatch word;
    append_pair(std::vector<TokenId>{4, 7, 5, 9, 6}, std::vector<TokenId>{6, 9, 5, 7, 4}, word);
    Tape tape(Threads::serial());
    const Matrix weights = alignment(learner.model, tape, word.source, word.target_input);
    double share = 0;
    for (size_t i = 0; i < 5; ++i) share += double{weights(i, 4 - i)} / 5;
    BOOST_TEST(share > 0.35);
  }
}

BOOST_AUTO_TEST_CASE(an_alignment_has_the_weights_of_each_step) {
  for (const AttentionScore score : {AttentionScore::additive, AttentionScore::dot_product}) {
    Whole whole({.score = score, .d_model = 8});
    PackedSentences source, target;
    source.push(whole.batch.source.sentence(1)), source.end_sentence();
    target.push(std::vector<TokenId>{1, 5, 6}), target.end_sentence();
    const Matrix weights = alignment(whole.model, whole.tape, source, target);
    BOOST_TEST(std::ssize(weights) == 3 * source.n_tokens());
    // The first row: what the start looks at.
    whole.tape.begin(Mode::inference);
    const SourceMemory memory = whole.model.encode(whole.tape, source);
    const std::vector<Index> one = {0, 1};
    const Variable seen = whole.model.look(memory.start, memory, {one});
    const Double mixed = formula::product(formula::rows(Double(weights), 0, 1),
                                          matrix_of<double>(memory.states.value()));
    BOOST_TEST(close(ConstMatrixView(seen.value()), mixed, 1e-5));
  }
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  Threads three(3);
  for (const AttentiveConfig& config : every_config(64, 0.1f)) {
    Learner serial(config), threaded(config, three);
    serial.steps(3), threaded.steps(3);
    BOOST_TEST(bits_of(serial.store) == bits_of(threaded.store), boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(from_the_second_step_on_nothing_is_allocated) {
  for (const AttentiveConfig& config : every_config(16)) {
    Learner learner(config);
    check_allocations<GrowingAttentive>(learner);
  }
}

BOOST_AUTO_TEST_SUITE_END()
