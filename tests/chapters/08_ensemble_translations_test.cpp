// Models that translate together against the sum of their probabilities, worked out in double.
#include "chapters/08_translation/ensemble_translations.hpp"

#include <cmath>

#include "chapters/08_translation/beam_search.hpp"
#include "tests/support/close.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/small_model.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// Three models of one vocabulary, of different sizes, with numbers large enough to disagree.
struct ThreeModels {
  SmallModel a{small_config(0.0f), 1}, b{small_config(0.0f), 2}, c;
  std::vector<const Transformer*> all = {&a.model, &c.model, &b.model};

  ThreeModels() : c({.d_model = 8, .d_ff = 8, .n_heads = 1, .n_layers = 1, .n_positions = 12}, 3) {
    for (SmallModel* small : {&a, &b, &c}) {
      for (float& value : small->store.values()) value *= 2.0f;
    }
  }
};

PackedSentences some_sources() { return random_sentences(5, {.n_sentences = 4, .longest = 7}); }

/// The probabilities of all models, each on a tape of its own, so far.
class Apart {
 public:
  Apart(const std::vector<const Transformer*>& models, const PackedSentences& source,
        Index most_rows)
      : tapes_(models.size()) {
    for (size_t m = 0; m < models.size(); ++m) {
      tapes_[m] = std::make_unique<Tape>(Threads::serial());
      growing_.push_back(
          std::make_unique<GrowingTranslations>(*models[m], *tapes_[m], source, most_rows));
    }
  }

  /// log of the sum of the models' probabilities, (n_rows, n_vocabulary).
  MatrixOf<double> append(std::span<const TokenId> tokens) {
    MatrixOf<double> sum = zeros<double>(std::ssize(tokens), n_small_vocabulary);
    for (const auto& each : growing_) {
      const MatrixOf<double> e = xt::exp(matrix_of<double>(each->append(tokens)));
      sum += e / xt::view(xt::sum(e, {1}), xt::all(), xt::newaxis());
    }
    return xt::log(sum);
  }
  void continue_from(std::span<const Index> parents) {
    for (const auto& each : growing_) each->continue_from(parents);
  }

 private:
  std::vector<std::unique_ptr<Tape>> tapes_;
  std::vector<std::unique_ptr<GrowingTranslations>> growing_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_may_follow_has_the_sum_of_the_models_probabilities) {
  const ThreeModels models;
  const PackedSentences source = some_sources();
  for (const int n_threads : {1, 2}) {
    Threads threads(n_threads);
    EnsembleTapes tapes(threads);
    EnsembleTranslations together(models.all, tapes, source, 2);
    Apart apart(models.all, source, 2);
    std::vector<TokenId> tokens(4, begin_mark);
    BOOST_TEST(close(together.append(tokens), apart.append(tokens), 1e-5));
    // The second sentence leaves, the first and the last branch.
    const std::vector<Index> parents = {0, 0, 2, 3, 3};
    together.continue_from(parents), apart.continue_from(parents);
    BOOST_TEST(together.n_rows() == 5);
    BOOST_TEST(together.rows().length(1) == 0);
    for (const TokenId first : {n_marks, n_marks + 3}) {
      tokens.clear();
      for (TokenId k = 0; k < 5; ++k) tokens.push_back(first + k);
      BOOST_TEST(close(together.append(tokens), apart.append(tokens), 1e-5));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_single_model_says_what_it_says_alone) {
  const ThreeModels models;
  const PackedSentences source = some_sources();
  EnsembleTapes tapes(Threads::serial());
  EnsembleTranslations together(std::span(models.all).first(1), tapes, source);
  Tape tape(Threads::serial());
  GrowingTranslations alone(models.a.model, tape, source);
  const std::vector<TokenId> tokens(4, begin_mark);
  BOOST_TEST((matrix_of<float>(together.append(tokens)) == matrix_of<float>(alone.append(tokens))));
}

BOOST_AUTO_TEST_CASE(a_model_with_itself_finds_what_it_finds_alone) {
  const ThreeModels models;
  const PackedSentences source = some_sources();
  const std::vector<const Transformer*> twice = {&models.b.model, &models.b.model};
  EnsembleTapes tapes(Threads::serial());
  EnsembleTranslations growing(twice, tapes, source, 4);
  const std::vector<Translation> together = beam_search(growing, tapes.threads(), {.size = 4});
  Tape tape(Threads::serial());
  const std::vector<Translation> alone = beam_search(models.b.model, tape, source, {.size = 4});
  for (size_t s = 0; s < alone.size(); ++s) {
    BOOST_TEST(together[s].tokens == alone[s].tokens);
    BOOST_TEST(std::abs(together[s].log_probability - alone[s].log_probability) < 1e-4);
  }
}

BOOST_AUTO_TEST_CASE(the_fewest_positions_of_a_model_are_the_limit) {
  const ThreeModels models;
  const PackedSentences source = some_sources();
  EnsembleTapes tapes(Threads::serial());
  const EnsembleTranslations together(models.all, tapes, source);
  BOOST_TEST(together.limit(0) == 12);
  EnsembleTapes others(Threads::serial());
  const EnsembleTranslations one(std::span(models.all).first(1), others, source);
  BOOST_TEST(one.limit(0) == 32);
}

BOOST_AUTO_TEST_CASE(models_of_different_vocabularies_are_refused) {
  const ThreeModels models;
  ParameterStore store(1);
  const Transformer larger(store, small_config(0.0f), n_small_vocabulary + 1);
  const std::vector<const Transformer*> both = {&models.a.model, &larger};
  const PackedSentences source = some_sources();
  EnsembleTapes tapes(Threads::serial());
  EnsembleTranslations together(both, tapes, source);
  const std::vector<TokenId> tokens(4, begin_mark);
  BOOST_TEST(fails(ExitCode::internal, "softmax_forward", [&] { together.append(tokens); }));
}
