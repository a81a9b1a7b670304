#include "chapters/08_translation/trained_model.hpp"

#include <fmt/ranges.h>

#include <optional>

#include "chapters/08_translation/typed_line.hpp"
#include "src/base/error.hpp"
#include "src/io/digest.hpp"
#include "src/io/settings.hpp"
#include "src/system/machine.hpp"

namespace transformer {
namespace {

const std::string vocabulary_name = "vocabulary";
const std::string pieces_name = "pieces";  // what SentencePiece learned

/// The vocabulary's text in a checkpoint; nothing in one of format version 1.
std::optional<std::string_view> vocabulary_in(const Checkpoint& checkpoint) {
  const std::optional<std::string_view> text = checkpoint.companion(vocabulary_name);
  if (text && digest_of(*text) != checkpoint.text(entry::vocabulary_digest)) {
    fail(ExitCode::bad_data, "{}: tensor '{}' is not the vocabulary that it was trained with; {}",
         checkpoint.path().string(), vocabulary_name, "use another copy");
  }
  return text;
}

Vocabulary load_vocabulary(const TranslatorPaths& run, const Checkpoint& checkpoint) {
  if (const auto text = vocabulary_in(checkpoint)) {
    return Vocabulary::parse(*text, run.checkpoint.string() + ": " + vocabulary_name);
  }
  Vocabulary vocabulary = Vocabulary::load(run.vocabulary);
  if (checkpoint.text(entry::vocabulary_digest) != vocabulary.digest()) {
    fail(ExitCode::bad_data,
         "{}: not the vocabulary that {} was trained with; put the original file back",
         run.vocabulary.string(), run.checkpoint.string());
  }
  return vocabulary;
}

/// The numbers in the matrices of a model; its vectors are too small to matter.
double n_weights(const ModelConfig& config, Index n_vocabulary) {
  const auto d_model = static_cast<double>(config.d_model), d_ff = static_cast<double>(config.d_ff);
  const double attention = 4 * d_model * d_model, feed_forward = 2 * d_model * d_ff;
  const double layer_pair = 3 * attention + 2 * feed_forward;  // of the encoder and the decoder
  return static_cast<double>(n_vocabulary) * d_model +
         static_cast<double>(config.n_layers) * layer_pair;
}

/// Bytes of the parameters, each with a gradient and two moments, and of the position codes.
double bytes_of(const ModelConfig& config, Index n_vocabulary) {
  const double n_position_codes =
      static_cast<double>(config.n_positions) * static_cast<double>(config.d_model);
  return sizeof(float) * (4 * n_weights(config, n_vocabulary) + n_position_codes);
}

/// The sizes that a checkpoint names, if its numbers are enough for them: a model is not built only
/// to find out that they are not.
ModelConfig sizes_of(const Checkpoint& checkpoint, Index n_vocabulary) {
  ModelConfig config;
  read_settings(checkpoint, config);
  if (config.d_model % config.n_heads != 0) {
    fail(ExitCode::bad_data, "{}: {} heads do not divide a width of {}; use another copy",
         checkpoint.path().string(), config.n_heads, config.d_model);
  }
  const double needed = sizeof(float) * 3 * n_weights(config, n_vocabulary);
  if (needed <= static_cast<double>(checkpoint.n_bytes())) return config;
  fail(ExitCode::bad_data, "{}: too few numbers for a model of the sizes that it names; {}",
       checkpoint.path().string(), "use another copy");
}

/// Some systems promise memory that they do not have, and kill the program that uses it.
const ModelConfig& fitting(const ModelConfig& config, Index n_vocabulary, ExitCode code,
                           std::string_view advice) {
  constexpr double gigabyte = 1e9;
  const double needed = bytes_of(config, n_vocabulary) / gigabyte;
  const double there = machine::physical_memory() / gigabyte;
  if (needed < there) return config;
  fail(code, "the model needs {:.1f} GB of memory, there are {:.1f}; {}", needed, there, advice);
}

}  // namespace

Tokenizer tokenizer_in(const Checkpoint& checkpoint) {
  const std::string file = checkpoint.path().string(), &name = checkpoint.text("tokens");
  const std::optional<Splitting> splitting = splitting_named(name);
  if (!splitting) {
    fail(ExitCode::bad_data, "{}: entry \"tokens\" is \"{}\", expected one of {}; use another copy",
         file, name, fmt::join(splitting_names, ", "));
  }
  if (!is_learned(*splitting)) return Tokenizer(*splitting);
  const std::optional<std::string_view> pieces = checkpoint.companion(pieces_name);
  if (!pieces) {
    fail(ExitCode::bad_data, "{}: tensor '{}' is missing; use another copy", file, pieces_name);
  }
  return Tokenizer(*splitting, std::string(*pieces), file + ": " + pieces_name);
}

TrainedModel::TrainedModel(Vocabulary words, Tokenizer splitter, const ModelConfig& config,
                           std::uint64_t seed)
    : vocabulary(std::move(words)),
      tokenizer(std::move(splitter)),
      store(seed),
      model(store,
            fitting(config, vocabulary.size(), ExitCode::usage,
                    "train with smaller sizes, such as --d-model"),
            vocabulary.size()) {}

TrainedModel::TrainedModel(const TranslatorPaths& run)
    : TrainedModel(run, Checkpoint(run.checkpoint)) {}

TrainedModel::TrainedModel(const TranslatorPaths& run, const Checkpoint& checkpoint)
    : vocabulary(load_vocabulary(run, checkpoint)),
      tokenizer(tokenizer_in(checkpoint)),
      store(0),
      model(store,
            fitting(sizes_of(checkpoint, vocabulary.size()), vocabulary.size(), ExitCode::internal,
                    "use a machine with more"),
            vocabulary.size()) {
  load(checkpoint);
}

void TrainedModel::load(const Checkpoint& checkpoint) {
  vocabulary_in(checkpoint);
  checkpoint.load_into(store, {vocabulary_name, pieces_name});
  longest_source =
      checkpoint.has(entry::longest_source) ? checkpoint.integer(entry::longest_source) : 0;
  for (const float moment : store.second_moments()) {
    if (moment >= 0.0f) continue;
    fail(ExitCode::bad_data, "{}: a second moment is {}, but it is a mean of squares; {}",
         checkpoint.path().string(), moment, "use another copy");
  }
}

Companions TrainedModel::companions() const {
  Companions all = {{vocabulary_name, vocabulary.text()}};
  if (!tokenizer.model().empty()) all[pieces_name] = tokenizer.model();
  return all;
}

std::vector<TokenId> encode_line(const TrainedModel& trained, const std::string& line) {
  return read_typed_line(line, trained.tokenizer, trained.vocabulary).ids;
}

std::string decode_line(const TrainedModel& trained, std::span<const TokenId> tokens) {
  return trained.tokenizer.text_of(trained.vocabulary.decode(tokens));
}

}  // namespace transformer
