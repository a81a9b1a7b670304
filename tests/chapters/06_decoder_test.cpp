#include "chapters/06_decoder/decoder.hpp"

#include "tests/support/on_tape.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

using Variables = std::vector<Variable>;

const std::vector<Index> three_sentences = {0, 4, 5, 11};
const std::vector<Index> three_others = {0, 2, 9, 12};
const Segments some{three_sentences}, others{three_others};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(decoder, OnTape)

// ---- One layer ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_decoder_layer_and_all_its_gradients) {
  for (const float p_drop : {0.0f, 0.3f}) {
    const std::string path = p_drop > 0.0f ? "dropping" : "keeping";
    const ModelConfig config = {.d_model = 8, .d_ff = 12, .n_heads = 2, .p_drop = p_drop};
    const DecoderLayer layer(store, path, config);
    shake(store);
    check_piece(
        *this, {random_matrix({11, 8}, 1), random_matrix({12, 8}, 2)},
        [&](const Variables& v) { return layer(v[0], some, v[1], others); },
        [&](const DoubleMatrices& m) {
          formula::DropoutSites dropout(p_drop, key(0));
          return formula::decoder_layer(formula::Weights(store, m), path, m[m.size() - 2], some,
                                        m.back(), others, 2, dropout);
        },
        2e-5);
  }
}

// ---- The output projection ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_output_projection_is_the_embedding_table_transposed) {
  const Variable table = store.add("embedding", 9, 6, Initial::glorot(9, 6));
  check_piece(
      *this, {random_matrix({5, 6}, 1)},
      [&](const Variables& v) { return project_to_vocabulary(v[0], table); },
      [&](const DoubleMatrices& m) { return formula::product(m[1], formula::transpose(m[0])); });
  BOOST_TEST(fails(ExitCode::internal, "project_to_vocabulary: y is (5, 7), table is (9, 6)",
                   [&] { project_to_vocabulary(variable(5, 7), table); }));
}

// ---- The whole model, forward -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_logits_of_the_whole_model_are_those_of_the_formulas) {
  const float p_drop = 0.2f;
  SmallModel small(small_config(p_drop));
  shake(small.store);
  const TranslationBatch batch = random_batch(1, {.n_sentences = 5});
  const auto logits = [&](Mode mode) {
    tape.begin(mode, seed, step);
    const Variable memory = small.model.encode(tape, batch.source);
    return small.model.logits(
        small.model.decode(batch.target_input, memory, batch.source.segments()));
  };
  const auto expected = [&](const ModelConfig& config) {
    return logits_by_formula(small.store, values_of(small.store), config, batch.source,
                             batch.target_input, key(0));
  };
  under_every_instruction_set([&] {
    // Logits reach 10, and the float numbers between them and the input are many.
    const ConstMatrixView inference = logits(Mode::inference).value();
    BOOST_TEST(close(inference, expected(small_config(0.0f)), 2e-5));
    const ConstMatrixView training = logits(Mode::training).value();
    BOOST_TEST(close(training, expected(small_config(p_drop)), 2e-5));
  });
}

BOOST_AUTO_TEST_CASE(no_position_of_the_decoder_sees_a_later_token) {
  SmallModel small;
  const PackedSentences source = random_sentences(1, {.n_sentences = 1, .shortest = 5});
  PackedSentences target;
  for (const TokenId token : {1, 4, 5, 6, 7, 8, 9, 10}) target.push(token);
  target.end_sentence();
  const auto decode = [&](const PackedSentences& sentence) {
    tape.begin(Mode::inference);
    const Variable memory = small.model.encode(tape, source);
    return matrix_of<float>(small.model.decode(sentence, memory, source.segments()).value());
  };
  under_every_instruction_set([&] {
    const Matrix before = decode(target);
    for (size_t changed = 0; changed < target.tokens.size(); ++changed) {
      PackedSentences other = target;
      other.tokens[changed] = 12;
      const Matrix after = decode(other);
      for (Index i = 0; i < target.n_tokens(); ++i) {
        const bool same = same_bits(view_of(before).rows(i, i + 1), view_of(after).rows(i, i + 1));
        BOOST_TEST(same == (i < static_cast<Index>(changed)),
                   "token " << changed << " changed, position " << i);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(every_position_sees_the_whole_source_sentence_and_no_other) {
  SmallModel small;
  const TranslationBatch batch = random_batch(3, {.n_sentences = 3, .shortest = 3});
  const auto decode = [&](const PackedSentences& source) {
    tape.begin(Mode::inference);
    const Variable memory = small.model.encode(tape, source);
    return matrix_of<float>(
        small.model.decode(batch.target_input, memory, source.segments()).value());
  };
  const Matrix before = decode(batch.source);
  const Segments sources = batch.source.segments(), targets = batch.target_input.segments();
  for (const Index changed : {sources.begin(1), sources.end(1) - 2}) {
    PackedSentences source = batch.source;
    source.tokens[changed] = source.tokens[changed] == 5 ? 6 : 5;
    const Matrix after = decode(source);
    for (Index i = 0; i < targets.n_rows(); ++i) {
      const bool in_sentence = i >= targets.begin(1) && i < targets.end(1);
      const bool same = same_bits(view_of(before).rows(i, i + 1), view_of(after).rows(i, i + 1));
      BOOST_TEST(same == !in_sentence, "source token " << changed << ", position " << i);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
