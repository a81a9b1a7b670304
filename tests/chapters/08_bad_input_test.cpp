// Files that are missing, damaged or of another kind: one clear line, the documented exit code, and
// the run that is there stays as it is.
#include <signal.h>

#include <cmath>
#include <limits>
#include <optional>

#include "src/io/safetensors.hpp"
#include "tests/chapters/08_translator.hpp"

using namespace transformer;
using namespace transformer::test;

namespace {

/// A workplace with a trained run, which every test leaves as it found it.
struct TrainedRun : Workplace {
  std::string before;

  TrainedRun() {
    BOOST_REQUIRE(succeeds(translator(train("run"))));
    before = checkpoint("run");
    BOOST_REQUIRE(!before.empty());
  }
  ~TrainedRun() { BOOST_TEST((checkpoint("run") == before), "the checkpoint was changed"); }

  /// The run's command with another source file.
  Arguments train_on(const std::string& source) const {
    return with(train("run", {"--updates", "8"}), {"--source", source});
  }
};

/// The run with its checkpoint in another state.
struct DamagedRun : TrainedRun {
  void write_checkpoint(const std::string& bytes) {
    folder.write("run/checkpoint.safetensors", bytes);
    before = bytes;
  }

  /// No command takes it, and each says why.
  void check_that_all_refuse(const std::vector<std::string>& parts) {
    const std::vector<std::string> named = parts + Arguments{run_paths("run").checkpoint.string()};
    for (const Arguments& arguments :
         {translate("run", {"cat"}), evaluate("run"), train("run", {"--updates", "8"})}) {
      BOOST_TEST(gives_up(translator(arguments), ExitCode::bad_data, named));
    }
  }
};

/// A run whose checkpoint has format version 1: its vocabulary is a file.
struct OlderRun : Workplace {
  OlderRun() { std::filesystem::copy("tests/chapters/format_1", folder / "run"); }
};

/// Writes a checkpoint again, with a digest that fits, but with another entry, another number at
/// the beginning of a tensor, or another text in the place of the vocabulary.
struct Rewrite {
  std::map<std::string, std::string> metadata = {};
  std::map<std::string, float> first_numbers = {};
  std::optional<std::string> vocabulary = {};

  void operator()(const std::filesystem::path& path) const {
    const TensorFile file(path);
    std::map<std::string, std::vector<float>> changed;
    TensorFileWriter writer;
    for (const TensorInfo& tensor : file.tensors()) {
      if (tensor.name == "vocabulary") {
        writer.add_text(tensor.name, vocabulary ? *vocabulary : file.text(tensor.name));
        continue;
      }
      const auto values = file.values<float>(tensor.name);
      std::vector<float>& copy = changed[tensor.name];
      copy.assign(values.begin(), values.end());
      if (first_numbers.count(tensor.name) != 0) copy[0] = first_numbers.at(tensor.name);
      writer.add<float>(tensor.name, tensor.shape, copy);
    }
    std::map<std::string, std::string> entries = metadata;
    entries.insert(file.metadata().begin(), file.metadata().end());
    for (const auto& [key, value] : entries) writer.set_metadata(key, value);
    writer.write(path);
  }
};

void rewrite(DamagedRun& run, const Rewrite& edit) {
  edit(run.run_paths("run").checkpoint);
  run.before = run.checkpoint("run");
}

}  // namespace

// ---- The corpus ---------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(a_missing_corpus_is_named, TrainedRun) {
  BOOST_TEST(gives_up(translator(train_on(path("nowhere"))), ExitCode::no_input,
                      {path("nowhere"), "No such file"}));
}

BOOST_FIXTURE_TEST_CASE(a_folder_is_no_corpus, TrainedRun) {
  BOOST_TEST(gives_up(translator(train_on(folder.path().string())), ExitCode::no_input,
                      {folder.path().string(), "folder"}));
}

BOOST_FIXTURE_TEST_CASE(an_empty_corpus_is_refused, TrainedRun) {
  const std::string empty = folder.write("empty", "").string();
  BOOST_TEST(gives_up(translator(with(train_on(empty), {"--target", empty})), ExitCode::bad_data,
                      {empty, "empty"}));
}

BOOST_FIXTURE_TEST_CASE(unequal_files_are_counted, TrainedRun) {
  const std::string longer = folder.write("longer", SmallCorpus().source + "cat\ndog\n").string();
  BOOST_TEST(gives_up(translator(train_on(longer)), ExitCode::bad_data,
                      {longer + " has 50 lines", "48", "first unpaired line 49"}));
  const std::string empty = folder.write("empty", "").string();
  BOOST_TEST(gives_up(translator(train_on(empty)), ExitCode::bad_data,
                      {empty + " has 0 lines", "48", "first unpaired line 1"}));
}

BOOST_FIXTURE_TEST_CASE(text_that_is_not_utf_8_is_pointed_at, TrainedRun) {
  std::string text = SmallCorpus().source;
  text.replace(text.find('\n') + 1, 1, "\xFF");
  const std::string latin = folder.write("latin", text).string();
  BOOST_TEST(gives_up(translator(train_on(latin)), ExitCode::bad_data,
                      {latin + ":2:1: byte 0xFF is not UTF-8", "convert the file to UTF-8"}));
}

BOOST_FIXTURE_TEST_CASE(a_corpus_without_a_pair_of_use_is_refused, TrainedRun) {
  std::string blank(SmallCorpus::n_pairs, '\n');
  BOOST_TEST(gives_up(translator(train_on(folder.write("blank", blank).string())),
                      ExitCode::bad_data, {"no sentence pair is left", "48 blank"}));
  const Arguments too_short = with(train("other"), {"--n-positions", "2"});
  const std::string two = folder.write("two", "a cat\n").string();
  BOOST_TEST(gives_up(translator(with(too_short, {"--source", two, "--target", two})),
                      ExitCode::bad_data, {"1 longer than 1 tokens", "larger --n-positions"}));
}

BOOST_FIXTURE_TEST_CASE(validation_and_held_out_text_are_read_before_training, TrainedRun) {
  const std::string shorter = folder.write("shorter", "cat\ndog\n").string();
  const std::string empty = folder.write("empty", "").string();
  const std::string source = path("corpus.source");
  const auto with = [&](const std::string& part, const std::string& one, const std::string& other) {
    return translator(train(
        "run", {"--updates", "8", "--" + part + "-source", one, "--" + part + "-target", other}));
  };
  for (const std::string part : {"valid", "test"}) {
    BOOST_TEST(gives_up(with(part, path("nowhere"), source), ExitCode::no_input, {"nowhere"}));
    BOOST_TEST(
        gives_up(with(part, source, folder.path().string()), ExitCode::no_input, {"folder"}));
    BOOST_TEST(gives_up(with(part, source, shorter), ExitCode::bad_data,
                        {"48 lines", shorter + " 2", "first unpaired line 3"}));
    BOOST_TEST(gives_up(with(part, empty, empty), ExitCode::bad_data, {empty, "empty"}));
  }
}

BOOST_FIXTURE_TEST_CASE(evaluation_needs_pairs_as_well, TrainedRun) {
  const auto evaluate_on = [&](const std::string& source, const std::string& target) {
    return translator({"evaluate", "--run", path("run"), "--source", source, "--target", target});
  };
  const std::string source = path("corpus.source"), empty = folder.write("empty", "").string();
  const std::string latin = folder.write("latin", "caf\xE9\n").string();
  BOOST_TEST(gives_up(evaluate_on(source, path("nowhere")), ExitCode::no_input, {"nowhere"}));
  BOOST_TEST(gives_up(evaluate_on(source, empty), ExitCode::bad_data,
                      {source + " has 48 lines", empty + " 0"}));
  BOOST_TEST(gives_up(evaluate_on(empty, empty), ExitCode::bad_data, {empty, "empty"}));
  BOOST_TEST(gives_up(evaluate_on(latin, latin), ExitCode::bad_data, {latin + ":1:4"}));
}

// ---- The run folder -----------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(a_run_folder_that_cannot_be_made_is_found_before_training, Workplace) {
  folder.write("file", "");
  for (const std::string place : {"file", "file/run"}) {
    BOOST_TEST(gives_up(translator(train(place)), ExitCode::cannot_create, {path(place)}));
  }
  std::filesystem::create_directories(run_paths("run").checkpoint);
  BOOST_TEST(gives_up(translator(train("run")), ExitCode::cannot_create,
                      {run_paths("run").checkpoint.string()}));
}

BOOST_FIXTURE_TEST_CASE(a_run_that_is_not_there_cannot_be_used_or_resumed, Workplace) {
  const std::string checkpoint_path = run_paths("run").checkpoint.string();
  BOOST_TEST(gives_up(translator(translate("run", {"cat"})), ExitCode::no_input,
                      {checkpoint_path, "No such file"}));
  BOOST_TEST(gives_up(translator(evaluate("run")), ExitCode::no_input, {checkpoint_path}));
  BOOST_TEST(gives_up(translator(train("run") + Arguments{"--resume"}), ExitCode::no_input,
                      {checkpoint_path, "leave --resume out"}));
}

BOOST_FIXTURE_TEST_CASE(two_trainers_do_not_share_a_run, TrainedRun) {
  // The first trains for long, but never saves, and so changes nothing.
  const Arguments for_long = {"--updates", "100000000", "--save-every", "100000000"};
  Process first(TRANSLATOR, {.arguments = train("run", for_long)});
  BOOST_REQUIRE(first.says("step"));
  BOOST_TEST(gives_up(translator(train("run", {"--updates", "8"})), ExitCode::busy,
                      {path("run"), "process " + std::to_string(first.id())}));
  // Looking at the run is no training.
  BOOST_TEST(succeeds(translator(translate("run", {"cat"}))));
  first.send(SIGKILL);
  first.wait();
  BOOST_TEST(succeeds(translator(train("run"))));
}

BOOST_FIXTURE_TEST_CASE(other_settings_are_listed_and_refused, TrainedRun) {
  const auto resume_with = [&](const Arguments& changes) {
    return translator(with(train("run", {"--updates", "8"}), changes));
  };
  const std::pair<Arguments, std::string> changes[] = {
      {{"--d-model", "16"}, "d-model was 8, now 16"},
      {{"--d-ff", "32"}, "d-ff was 16, now 32"},
      {{"--n-heads", "4"}, "n-heads was 2, now 4"},
      {{"--n-layers", "2"}, "n-layers was 1, now 2"},
      {{"--p-drop", "0.1"}, "p-drop was 0.2, now 0.1"},
      {{"--n-positions", "64"}, "n-positions was 128, now 64"},
      {{"--batch-tokens", "97"}, "batch-tokens was 96, now 97"},
      {{"--seed", "2"}, "seed was 1, now 2"},
      {{"--warmup-steps", "5"}, "warmup-steps was 4, now 5"},
      {{"--learning-rate-scale", "0.5"}, "learning-rate-scale was 1, now 0.5"},
      {{"--label-smoothing", "0"}, "label-smoothing was 0.1, now 0"},
      {{"--clip-norm", "1"}, "clip-norm was 0, now 1"},
      {{"--vocabulary-size", "9"}, "vocabulary-size was 10000, now 9"},
      {{"--minimum-count", "2"}, "minimum-count was 1, now 2"},
      {{"--tokens", "spaces"}, "tokens was punctuation, now spaces"},
  };
  for (const auto& [change, part] : changes) {
    BOOST_TEST(gives_up(resume_with(change), ExitCode::usage, {part, "--overwrite"}));
  }
  BOOST_TEST(gives_up(resume_with({"--seed", "2", "--d-ff", "32"}), ExitCode::usage,
                      {"seed was 1, now 2", "; ", "d-ff was 16, now 32"}));
  BOOST_TEST(
      gives_up(translator(train_on(path("corpus.target"))), ExitCode::usage, {"(another corpus"}));
}

// ---- The checkpoint -----------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(a_truncated_checkpoint_is_refused, DamagedRun) {
  const std::string whole = before;
  for (const size_t n_bytes : {size_t{0}, size_t{7}, whole.size() / 2, whole.size() - 1}) {
    write_checkpoint(whole.substr(0, n_bytes));
    check_that_all_refuse({"truncated"});
  }
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_with_a_flipped_bit_is_refused, DamagedRun) {
  const std::string whole = before;
  for (const size_t place : {size_t{3}, size_t{40}, whole.size() / 2, whole.size() - 1}) {
    std::string flipped = whole;
    flipped[place] = static_cast<char>(flipped[place] ^ 4);
    write_checkpoint(flipped);
    check_that_all_refuse({});
  }
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_of_a_newer_version_is_refused, DamagedRun) {
  rewrite(*this, {.metadata = {{"format-version", "3"}}});
  check_that_all_refuse({"format version 3", "reads versions 1 to 2"});
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_that_is_not_finite_is_refused, DamagedRun) {
  rewrite(*this, {.first_numbers = {{"embedding", std::nanf("")}}});
  check_that_all_refuse({"'embedding'", "not finite"});
  const float infinity = std::numeric_limits<float>::infinity();
  rewrite(*this,
          {.first_numbers = {{"embedding", 0.5f}, {"adam.second_moment.embedding", infinity}}});
  check_that_all_refuse({"'adam.second_moment.embedding'", "not finite"});
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_whose_entries_belong_to_no_numbers_of_it_is_refused,
                        DamagedRun) {
  const std::pair<Rewrite, std::string> forgeries[] = {
      {{.metadata = {{"n-positions", "200000000"}}}, "expected a number from 2 to 65536"},
      {{.metadata = {{"n-positions", "128"}, {"n-layers", "1000000"}}},
       "expected a number from 1 to 1000"},
      {{.metadata = {{"n-layers", "1000"}}}, "too few numbers"},
      {{.metadata = {{"n-layers", "1"}, {"d-ff", "262144"}}}, "too few numbers"},
      {{.metadata = {{"d-ff", "17"}}}, "expected shape"},
      {{.metadata = {{"n-heads", "3"}}}, "3 heads do not divide a width of"},
      {{.metadata = {{"tokens", "letters"}}},
       "entry \"tokens\" is \"letters\", expected one of spaces"},
      {{.metadata = {{"tokens", "bpe"}}}, "tensor 'pieces' is missing"},
  };
  for (const auto& [edit, why] : forgeries) {
    rewrite(*this, edit);
    for (const Arguments& arguments : {translate("run", {"cat"}), evaluate("run")}) {
      BOOST_TEST(gives_up(translator(arguments), ExitCode::bad_data,
                          {run_paths("run").checkpoint.string(), why}));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_that_stands_nowhere_is_refused, DamagedRun) {
  const std::pair<std::string, std::string> places[] = {
      {"step", "-1"},       {"step", "9223372036854775807"},
      {"step", "1e3"},      {"epoch", "4294967296"},
      {"batch", "1000000"}, {"batch", "x"}};
  const std::string good = before;
  for (const auto& [key, value] : places) {
    write_checkpoint(good);
    rewrite(*this, {.metadata = {{key, value}}});
    for (const Arguments& more : {Arguments{"--updates", "8"}, Arguments{"--epochs", "9"}}) {
      BOOST_TEST(gives_up(translator(train("run", more)), ExitCode::bad_data, {}));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_with_a_negative_mean_of_squares_is_refused, DamagedRun) {
  rewrite(*this, {.first_numbers = {{"adam.second_moment.embedding", -1.0f}}});
  check_that_all_refuse({"a second moment is -1"});
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_with_the_vocabulary_of_something_else_is_refused, DamagedRun) {
  const std::string original(TensorFile(run_paths("run").checkpoint).text("vocabulary"));
  const std::string other = "tensor 'vocabulary' is not the vocabulary";
  for (const std::string& text :
       {std::string(), original + "word\n", original.substr(0, original.size() / 2),
        "cat\n" + original, original + "two words\n", std::string("\0\xFF", 2)}) {
    rewrite(*this, {.vocabulary = text});
    check_that_all_refuse({other});
  }
  rewrite(*this, {.vocabulary = original});
  BOOST_TEST(succeeds(translator(translate("run", {"cat"}))));
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_whose_vocabulary_is_a_matrix_is_refused, DamagedRun) {
  const TensorFile file(run_paths("run").checkpoint);
  TensorFileWriter writer;
  for (const TensorInfo& tensor : file.tensors()) {
    const std::string& taken = tensor.name == "vocabulary" ? "embedding" : tensor.name;
    writer.add(tensor.name, {std::ssize(file.values<float>(taken))}, file.values<float>(taken));
  }
  for (const auto& [key, value] : file.metadata()) writer.set_metadata(key, value);
  writer.write(run_paths("run").checkpoint);
  before = checkpoint("run");
  check_that_all_refuse({"tensor 'vocabulary': expected U8, found F32"});
}

BOOST_FIXTURE_TEST_CASE(the_vocabulary_that_people_read_is_not_needed, TrainedRun) {
  const std::string expected = translator(evaluate("run")).out;
  for (const std::string text : {"", "<unk>\n<s>\n</s>\ncat\n", "\xFF"}) {
    folder.write("run/vocabulary.txt", text);
    BOOST_TEST(translator(evaluate("run")).out == expected);
  }
  std::filesystem::remove(run_paths("run").vocabulary);
  BOOST_TEST(translator(evaluate("run")).out == expected);
  BOOST_TEST(succeeds(translator(train("run"))));
}

BOOST_FIXTURE_TEST_CASE(a_vocabulary_that_people_cannot_read_stops_nothing, Workplace) {
  std::filesystem::create_directories(run_paths("run").vocabulary);
  const Outcome outcome = translator(train("run"));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(
      last_line_of(outcome.err)
          .starts_with("warning: " + run_paths("run").vocabulary.string() + ": cannot create"),
      outcome.err);
  BOOST_TEST(succeeds(translator(translate("run", {"cat"}))));
}

// ---- Checkpoints of format version 1
// -------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(beside_an_older_checkpoint_the_vocabulary_is_a_file, OlderRun) {
  const Outcome outcome = translator(translate("run", {"a house"}));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(outcome.out == "GOD\n");

  const std::string vocabulary = run_paths("run").vocabulary.string();
  const std::string original = bytes_of(vocabulary);
  const std::pair<std::string, std::string> damages[] = {
      {original + "word\n", "not the vocabulary"},
      {original.substr(0, original.size() / 2), "not the vocabulary"},
      {"cat\n" + original, vocabulary + ":1"},
      {original + "two words\n", "not one token"},
  };
  for (const auto& [text, part] : damages) {
    folder.write("run/vocabulary.txt", text);
    for (const Arguments& arguments : {translate("run", {"cat"}), evaluate("run")}) {
      BOOST_TEST(gives_up(translator(arguments), ExitCode::bad_data, {vocabulary, part}));
    }
  }
  std::filesystem::remove(vocabulary);
  BOOST_TEST(gives_up(translator(translate("run", {"cat"})), ExitCode::no_input, {vocabulary}));
}

BOOST_FIXTURE_TEST_CASE(an_older_run_goes_on_and_needs_the_file_no_longer, OlderRun) {
  const Outcome outcome =
      translator(train("run", {"--updates", "101", "--learning-rate-scale", "0.5"}));
  BOOST_TEST(succeeds(outcome));
  BOOST_TEST(outcome.out.find("going on after step 100") != std::string::npos, outcome.out);
  std::filesystem::remove(run_paths("run").vocabulary);
  BOOST_TEST(succeeds(translator(translate("run", {"a house"}))));
}
