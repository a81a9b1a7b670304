// What counts as better, and what a checkpoint keeps of it.
#include "chapters/08_translation/translator/best_validation.hpp"

#include <boost/test/unit_test.hpp>

#include "src/autograd/parameter_store.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// What a run knows that goes on from a checkpoint with these entries.
BestValidation resumed(Metadata metadata) {
  const TemporaryFolder folder;
  ParameterStore store(1);
  store.add("w", 1, 1, Initial::ones());
  save_checkpoint(folder / "checkpoint", store, std::move(metadata));
  BestValidation validations;
  validations.begin("text");
  validations.resume(Checkpoint(folder / "checkpoint"));
  return validations;
}

}  // namespace

BOOST_AUTO_TEST_CASE(bleu_decides_what_is_best_and_either_of_both_what_is_better) {
  BestValidation validations;
  validations.begin("text");
  BOOST_TEST(validations.note({.bleu = 1.0, .loss = 3.0}));
  BOOST_TEST(!validations.note({.bleu = 0.5, .loss = 2.0}));
  BOOST_TEST(validations.n_worse() == 1);
  BOOST_TEST(validations.n_idle() == 0);
  BOOST_TEST(validations.note({.bleu = 2.0, .loss = 5.0}));
  BOOST_TEST(validations.n_idle() == 0);
  BOOST_TEST(!validations.note({.bleu = 1.0, .loss = 2.5}));
  BOOST_TEST(validations.n_worse() == 1);
  BOOST_TEST(validations.n_idle() == 1);
  BOOST_TEST(validations.best()->bleu == 2.0);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_keeps_all_of_it) {
  BestValidation validations;
  validations.begin("text");
  for (const ValidationResult result :
       {ValidationResult{2.0, 5.0}, {1.0, 2.0}, {1.5, 3.0}, {1.0, 4.0}}) {
    validations.note(result);
  }
  BestValidation again = resumed(validations.metadata());
  BOOST_TEST(again.best()->bleu == 2.0);
  BOOST_TEST(again.best()->loss == 5.0);
  BOOST_TEST(again.n_worse() == 3);
  BOOST_TEST(again.n_idle() == 2);
  again.note({.bleu = 1.0, .loss = 2.5});
  BOOST_TEST(again.n_idle() == 3);
  again.note({.bleu = 1.0, .loss = 1.9});
  BOOST_TEST(again.n_idle() == 0);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_an_earlier_version_knows_the_best_one_alone) {
  BestValidation again = resumed({{"best-bleu", "2"},
                                  {"best-loss", "5"},
                                  {"validations-since", "3"},
                                  {"validation-digest", "text"}});
  BOOST_TEST(again.n_idle() == 3);
  again.note({.bleu = 1.0, .loss = 4.0});
  BOOST_TEST(again.n_idle() == 0);
}
