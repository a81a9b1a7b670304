#include "chapters/08_translation/trained_model.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "chapters/06_decoder/translation_batch.hpp"
#include "src/base/error.hpp"
#include "src/data/characters.hpp"
#include "src/data/lines.hpp"
#include "src/io/digest.hpp"
#include "src/io/settings.hpp"
#include "src/run/output.hpp"
#include "src/system/machine.hpp"

namespace transformer {
namespace {

constexpr Index most_lines_at_once = 64;
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
  longest_source = checkpoint.metadata().contains(entry::longest_source)
                       ? checkpoint.integer(entry::longest_source)
                       : 0;
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

namespace {

/// What of a line is looked at. Text without end costs memory and time, and no model has positions
/// for it.
constexpr size_t most_bytes_of_line = size_t{1} << 20;

/// The tokens of every line, cut to what the model has positions for.
std::vector<TypedLine> read_lines_for(const TrainedModel& trained, const NamedLines& named) {
  const auto most_tokens = static_cast<size_t>(trained.model.config().most_tokens());
  std::vector<TypedLine> read;
  for (const std::string& line : named.lines) {
    const std::string place = fmt::format("{}:{}", named.name, named.first + std::ssize(read));
    const std::string_view beginning = first_characters(line, most_bytes_of_line);
    TypedLine& typed =
        read.emplace_back(read_typed_line(beginning, trained.tokenizer, trained.vocabulary));
    const auto n_tokens = static_cast<Index>(typed.ids.size());
    typed.ids.resize(std::min(typed.ids.size(), most_tokens));
    if (named.is_quiet) continue;
    if (beginning.size() < line.size()) {
      warn("{}: {} bytes; what comes after the first {} is left out", place, line.size(),
           beginning.size());
    }
    if (n_tokens > std::ssize(typed.ids)) {
      warn("{}: {} tokens, the model has positions for {}; the rest is left out", place, n_tokens,
           most_tokens);
    } else if (trained.longest_source > 0 && n_tokens > trained.longest_source) {
      warn("{}: {} tokens; the longest sentence of the training had {}", place, n_tokens,
           trained.longest_source);
    }
  }
  if (!named.is_quiet) write_message(report_unknown(read));
  return read;
}

/// Translates some of the lines, in one batch.
void translate_batch(const TrainedModel& trained, Tape& tape, const std::vector<TypedLine>& read,
                     std::span<const size_t> which, const BeamConfig& beam,
                     std::vector<std::vector<RankedLine>>& translated) {
  PackedSentences batch;
  for (const size_t i : which) append_source(read[i].ids, batch);
  auto all = beam_search_n_best(trained.model, tape, batch, beam);
  for (size_t k = 0; k < which.size(); ++k) {
    std::vector<RankedLine>& lines = translated[which[k]];
    lines.clear();
    for (RankedTranslation& each : all[k]) {
      std::string text = decode_line(trained, each.tokens);
      if (!ends_with_mark(text)) text += read[which[k]].end_mark;
      lines.push_back({std::move(text), std::move(each.tokens), each.score, each.log_probability});
    }
  }
}

}  // namespace

std::vector<std::vector<RankedLine>> translate_lines_n_best(const TrainedModel& trained,
                                                            TranslationTapes& tapes,
                                                            const NamedLines& named,
                                                            const BeamConfig& beam) {
  const std::vector<TypedLine> read = read_lines_for(trained, named);

  // Sentences of similar length share a batch: they finish together. The longest come first, so
  // that no thread is left with them at the end.
  std::vector<size_t> order;
  for (size_t i = 0; i < read.size(); ++i) {
    if (!read[i].ids.empty()) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return read[a].ids.size() > read[b].ids.size(); });

  // A line without tokens has no other translation than the marks that end it.
  std::vector<std::vector<RankedLine>> translated;
  for (const TypedLine& line : read) {
    translated.emplace_back(static_cast<size_t>(beam.n_best), RankedLine{.text = line.end_mark});
  }
  const Index n_batches = (std::ssize(order) + most_lines_at_once - 1) / most_lines_at_once;
  tapes.each_batch(n_batches, [&](Tape& tape, Index i) {
    const auto begin = static_cast<size_t>(i * most_lines_at_once);
    const size_t n = std::min(order.size() - begin, static_cast<size_t>(most_lines_at_once));
    translate_batch(trained, tape, read, std::span(order).subspan(begin, n), beam, translated);
  });
  return translated;
}

std::vector<std::string> translate_lines(const TrainedModel& trained, TranslationTapes& tapes,
                                         const NamedLines& named, const BeamConfig& beam) {
  std::vector<std::string> best;
  for (auto& ranked : translate_lines_n_best(trained, tapes, named, beam)) {
    best.push_back(std::move(ranked.front().text));
  }
  return best;
}

}  // namespace transformer
