#include "chapters/06_decoder/greedy.hpp"

#include <cmath>

#include "tests/support/on_tape.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// The source sentence that a row translates.
Index sentence_of(const GrowingTranslations& growing, Index row) {
  Index s = 0;
  while (growing.rows().end(s) <= row) ++s;
  return s;
}

/// A model whose sentences differ in length, and the sentences that it translates.
struct Translating : OnTape {
  SmallModel small;
  const Transformer& model = small.model;
  PackedSentences source = random_sentences(1, {.n_sentences = 6, .shortest = 2, .longest = 7});

  Translating() {
    shake(small.store);
    // With a longer row the end mark wins now and then.
    const MatrixView table = small.store.at("embedding").value();
    for (Index j = 0; j < table.n_columns; ++j) table(end_mark, j) *= 4.0f;
  }

  /// The logits at every position of target sentences that begin with the mark, by one full pass.
  Matrix full_pass(const PackedSentences& target) {
    Tape other(threads);
    other.begin(Mode::inference);
    const Variable memory = model.encode(other, source);
    return matrix_of<float>(model.logits(model.decode(target, memory, source.segments())).value());
  }
};

/// Sentences that begin with the mark and go on with the translations so far.
PackedSentences inputs_of(const std::vector<Translation>& translations) {
  PackedSentences inputs;
  for (const Translation& translation : translations) {
    inputs.push(begin_mark);
    for (const TokenId token : translation.tokens) inputs.push(token);
    inputs.end_sentence();
  }
  return inputs;
}

/// log softmax(logits)[token]
double log_probability(ConstMatrixView logits, TokenId token) {
  double sum = 0.0;
  for (Index j = 0; j < logits.n_columns; ++j) sum += std::exp(double{logits(0, j)});
  return double{logits(0, token)} - std::log(sum);
}

/// What greedy_decode means, worked out slowly: after each token the whole model runs anew.
std::vector<Translation> greedy_by_full_passes(Translating& on) {
  const Segments sources = on.source.segments();
  std::vector<Translation> translations(static_cast<size_t>(sources.count()));
  std::vector<bool> finished(translations.size(), false);
  while (std::count(finished.begin(), finished.end(), false) > 0) {
    const PackedSentences inputs = inputs_of(translations);
    const Matrix logits = on.full_pass(inputs);
    for (Index s = 0; s < sources.count(); ++s) {
      if (finished[s]) continue;
      const Index last = inputs.segments().end(s) - 1;
      const ConstMatrixView row = view_of(logits).rows(last, last + 1);
      const auto best =
          static_cast<TokenId>(std::max_element(row.data, row.data + row.n_columns) - row.data);
      Translation& translation = translations[s];
      translation.log_probability += log_probability(row, best);
      translation.complete = best == end_mark;
      if (!translation.complete) translation.tokens.push_back(best);
      const Index limit = length_limit(on.model.config(), sources.length(s));
      finished[s] = translation.complete || static_cast<Index>(translation.tokens.size()) == limit;
    }
  }
  return translations;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(greedy_decoding, Translating)

// ---- Step by step -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(token_by_token_gives_the_logits_of_the_full_pass) {
  const Index length = 9, n = source.n_sentences();
  PackedSentences target;
  for (Index s = 0; s < n; ++s) {
    target.push(begin_mark);
    for (Index i = 1; i < length; ++i) target.push(static_cast<TokenId>(3 + (5 * s + 7 * i) % 10));
    target.end_sentence();
  }
  under_every_instruction_set([&] {
    const Matrix expected = full_pass(target);
    GrowingTranslations growing(model, tape, source);
    for (Index i = 0; i < length; ++i) {
      std::vector<TokenId> tokens;
      for (Index s = 0; s < n; ++s) tokens.push_back(target.sentence(s)[i]);
      const ConstMatrixView logits = growing.append(tokens);
      BOOST_REQUIRE(logits.n_rows == n);
      for (Index s = 0; s < n; ++s) {
        const Index row = target.segments().begin(s) + i;
        BOOST_TEST(close(logits.rows(s, s + 1),
                         matrix_of<double>(view_of(expected).rows(row, row + 1)), 1e-5),
                   "position " << i << ", sentence " << s);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(rows_may_leave_branch_and_change_places) {
  // Each of the six sentences branches: row 2 s goes on with word 3, row 2 s + 1 with word 4.
  GrowingTranslations growing(model, tape, source, 2);
  BOOST_TEST(growing.n_rows() == 6);
  growing.append(std::vector<TokenId>(6, begin_mark));
  growing.continue_from(std::vector<Index>{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5});
  BOOST_TEST(growing.n_rows() == 12);
  std::vector<TokenId> firsts;
  for (Index r = 0; r < 12; ++r) firsts.push_back(r % 2 == 0 ? 3 : 4);
  growing.append(firsts);

  // Sentence 1 branches its second row, 4 swaps its rows, 5 keeps its first; the others leave.
  const std::vector<Index> parents = {3, 3, 9, 8, 10};
  growing.continue_from(parents);
  BOOST_REQUIRE(growing.n_rows() == 5);
  const std::vector<TokenId> seconds = {5, 6, 7, 8, 9};
  const Matrix logits = matrix_of<float>(growing.append(seconds));

  for (Index i = 0; i < 5; ++i) {
    const Index sentence = parents[i] / 2;
    BOOST_TEST(sentence_of(growing, i) == sentence);
    std::vector<Translation> so_far(6);
    so_far[sentence].tokens = {firsts[parents[i]], seconds[i]};
    const PackedSentences inputs = inputs_of(so_far);
    const Index last = inputs.segments().end(sentence) - 1;
    const Matrix expected = full_pass(inputs);
    BOOST_TEST(close(view_of(logits).rows(i, i + 1),
                     matrix_of<double>(view_of(expected).rows(last, last + 1)), 1e-5),
               "row " << i);
  }
}

BOOST_AUTO_TEST_CASE(a_second_reordering_finds_what_the_first_one_left) {
  GrowingTranslations growing(model, tape, source);
  growing.append(std::vector<TokenId>(6, begin_mark));
  growing.continue_from(std::vector<Index>{1, 3, 5});
  growing.append(std::vector<TokenId>{6, 5, 4});
  growing.continue_from(std::vector<Index>{0, 2});
  BOOST_TEST(sentence_of(growing, 0) == 1);
  BOOST_TEST(sentence_of(growing, 1) == 5);
  const Matrix logits = matrix_of<float>(growing.append(std::vector<TokenId>{7, 8}));

  std::vector<Translation> so_far(6);
  so_far[1].tokens = {6, 7};
  so_far[5].tokens = {4, 8};
  const PackedSentences inputs = inputs_of(so_far);
  const Matrix expected = full_pass(inputs);
  for (const auto& [row, sentence] : {std::pair<Index, Index>{0, 1}, {1, 5}}) {
    const Index last = inputs.segments().end(sentence) - 1;
    BOOST_TEST(close(view_of(logits).rows(row, row + 1),
                     matrix_of<double>(view_of(expected).rows(last, last + 1)), 1e-5));
  }
}

BOOST_AUTO_TEST_CASE(a_token_for_which_there_is_no_room_is_refused) {
  Index longest = 0;
  for (Index s = 0; s < source.n_sentences(); ++s) {
    longest = std::max(longest, source.segments().length(s));
  }
  GrowingTranslations growing(model, tape, source);
  const std::vector<TokenId> one_each(6, begin_mark);
  for (const size_t n_tokens : {0, 5, 7}) {
    BOOST_TEST(fails(ExitCode::internal, fmt::format("{} tokens for 6 rows", n_tokens),
                     [&] { growing.append(std::vector<TokenId>(n_tokens, begin_mark)); }));
  }
  const Index limit = length_limit(model.config(), longest);
  for (Index i = 0; i < limit; ++i) growing.append(one_each);
  BOOST_TEST(fails(ExitCode::internal, fmt::format("no room after {} tokens", limit),
                   [&] { growing.append(one_each); }));
}

BOOST_AUTO_TEST_CASE(rows_that_cannot_go_on_are_refused) {
  GrowingTranslations growing(model, tape, source, 2);
  growing.append(std::vector<TokenId>(6, begin_mark));
  const auto refuses = [&](const std::vector<Index>& parents, std::string_view why) {
    return fails(ExitCode::internal, why, [&] { growing.continue_from(parents); });
  };
  BOOST_TEST(refuses({0, 6}, "no row 6"));
  BOOST_TEST(refuses({-1}, "no row -1"));
  BOOST_TEST(refuses({0, 1, 0}, "row 0 after a row of sentence 1"));
  BOOST_TEST(refuses({3, 3, 3}, "more than 2 rows of sentence 3"));
  // What was refused changed nothing.
  growing.continue_from(std::vector<Index>{1, 1, 4});
  BOOST_TEST(growing.n_rows() == 3);
  BOOST_TEST(refuses({2, 1}, "row 1 after a row of sentence 4"));
  BOOST_TEST(refuses({0, 1, 0}, "more than 2 rows of sentence 1"));
  growing.continue_from({});
  BOOST_TEST(growing.n_rows() == 0);
}

// ---- Whole translations -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(greedy_decoding_is_greedy_by_repeated_full_passes) {
  under_every_instruction_set([&] {
    const std::vector<Translation> fast = greedy_decode(model, tape, source);
    const std::vector<Translation> slow = greedy_by_full_passes(*this);
    BOOST_REQUIRE(fast.size() == slow.size());
    for (size_t s = 0; s < fast.size(); ++s) {
      BOOST_TEST_CONTEXT("sentence " << s) {
        BOOST_TEST(fast[s].tokens == slow[s].tokens, boost::test_tools::per_element());
        BOOST_TEST(fast[s].complete == slow[s].complete);
        BOOST_TEST(std::abs(fast[s].log_probability - slow[s].log_probability) < 1e-4);
      }
    }
  });
  // Else the test above would say little: some sentences end by themselves, at different lengths,
  // others are cut off.
  const std::vector<Translation> translations = greedy_decode(model, tape, source);
  std::vector<size_t> complete_lengths;
  for (const Translation& t : translations) {
    if (t.complete) complete_lengths.push_back(t.tokens.size());
  }
  BOOST_REQUIRE(complete_lengths.size() >= 2u);
  BOOST_TEST(complete_lengths.size() < translations.size());
  BOOST_TEST(*std::min_element(complete_lengths.begin(), complete_lengths.end()) <
             *std::max_element(complete_lengths.begin(), complete_lengths.end()));
}

BOOST_AUTO_TEST_CASE(translations_do_not_depend_on_the_batch_they_are_in) {
  const std::vector<Translation> together = greedy_decode(model, tape, source);
  for (Index s = 0; s < source.n_sentences(); ++s) {
    PackedSentences alone;
    for (const TokenId token : source.sentence(s)) alone.push(token);
    alone.end_sentence();
    BOOST_TEST(greedy_decode(model, tape, alone)[0].tokens == together[s].tokens,
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(nothing_to_translate_gives_nothing) {
  BOOST_TEST(greedy_decode(model, tape, PackedSentences()).empty());
}

BOOST_AUTO_TEST_CASE(a_model_that_never_ends_is_cut_off_at_the_length_limit) {
  ModelConfig config = small_config();
  config.n_positions = 12;
  BOOST_TEST(length_limit(config, 3) == 12);
  BOOST_TEST(length_limit(config, 1) == 12);
  config.n_positions = 100;
  BOOST_TEST(length_limit(config, 3) == 53);

  // An end mark that is never the most likely token: its logit is 0, others are far above.
  const MatrixView table = small.store.at("embedding").value();
  const MatrixView bias = small.store.at("decoder.layer_1.norm_3.bias").value();
  const MatrixView gain = small.store.at("decoder.layer_1.norm_3.gain").value();
  for (Index j = 0; j < table.n_columns; ++j) {
    table(end_mark, j) = 0.0f;
    gain(0, j) = 0.0f;
    bias(0, j) = table(5, j);
  }
  const std::vector<Translation> translations = greedy_decode(model, tape, source);
  for (Index s = 0; s < source.n_sentences(); ++s) {
    const Index limit = length_limit(model.config(), source.segments().length(s));
    BOOST_TEST(static_cast<Index>(translations[s].tokens.size()) == limit);
    BOOST_TEST(!translations[s].complete);
  }
}

BOOST_AUTO_TEST_CASE(a_source_longer_than_the_model_has_positions_for_is_an_error) {
  const PackedSentences too_long =
      random_sentences(1, {.n_sentences = 1, .shortest = 40, .longest = 40});
  BOOST_TEST(fails(ExitCode::bad_data, "a sentence has 41 tokens, the model has positions for 32",
                   [&] { greedy_decode(model, tape, too_long); }));
}

BOOST_AUTO_TEST_SUITE_END()
