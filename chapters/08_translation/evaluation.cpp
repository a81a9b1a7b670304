#include "chapters/08_translation/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "chapters/08_translation/output.hpp"
#include "src/base/error.hpp"
#include "src/book/figures.hpp"
#include "src/text/batches.hpp"
#include "src/text/lines.hpp"

namespace transformer {
namespace {

/// What the lines of a file look like after they went through tokens and back, where the model's
/// own translations do: so that spaces alone make no difference.
std::vector<std::string> comparable(std::vector<std::string> lines, Splitting splitting) {
  if (splitting == Splitting::punctuation) return lines;
  for (std::string& line : lines) line = fmt::format("{}", fmt::join(split(line, splitting), " "));
  return lines;
}

std::vector<std::string> labels_of(const TrainedModel& trained, std::span<const TokenId> ids) {
  std::vector<std::string> labels;
  for (const TokenId id : ids) labels.emplace_back(trained.vocabulary.token(id));
  return labels;
}

}  // namespace

HeldOutText read_held_out(const ParallelFiles& files) {
  HeldOutText text{files.source.string(), read_lines(files.source), read_lines(files.target)};
  const size_t n_sources = text.sources.size(), n_references = text.references.size();
  if (n_sources != n_references) {
    fail(ExitCode::bad_data, "{} has {} lines, {} {}; first unpaired line {}", text.name, n_sources,
         files.target.string(), n_references, std::min(n_sources, n_references) + 1);
  }
  if (n_sources == 0) {
    fail(ExitCode::bad_data, "{}: the file is empty; name one with sentences", text.name);
  }
  return text;
}

Evaluation evaluate(const TrainedModel& trained, Tape& tape, HeldOutText text,
                    const BeamConfig& beam) {
  Evaluation result;
  result.translations = translate_lines(trained, tape, {text.sources, text.name}, beam);
  result.sources = std::move(text.sources);
  result.references = comparable(std::move(text.references), trained.splitting);
  // Text that is tokenised already is compared as it stands.
  const auto tokenizer = trained.splitting == Splitting::punctuation ? BleuTokenizer::mteval_v13a
                                                                     : BleuTokenizer::none;
  result.bleu = bleu(result.translations, result.references, tokenizer);
  result.exact_match = exact_match(result.translations, result.references);
  return result;
}

void print_examples(const Evaluation& evaluation, size_t n_examples) {
  // Two of three from what is right, and one from what is not, as far as there are any.
  std::vector<size_t> right, wrong, shown;
  for (size_t i = 0; i < evaluation.references.size(); ++i) {
    const bool equal = evaluation.translations[i] == evaluation.references[i];
    (equal ? right : wrong).push_back(i);
  }
  const size_t n_wrong = std::min(wrong.size(), std::max(n_examples / 3, size_t{1}));
  const size_t n_right = std::min(right.size(), n_examples - n_wrong);
  for (size_t i = 0; i < n_right; ++i) shown.push_back(right[i * right.size() / n_right]);
  for (size_t i = 0; i < n_wrong; ++i) shown.push_back(wrong[i * wrong.size() / n_wrong]);
  std::sort(shown.begin(), shown.end());

  for (const size_t i : shown) {
    const bool equal = evaluation.translations[i] == evaluation.references[i];
    print_out("source       {}\ntranslation  {}\n", evaluation.sources[i],
              evaluation.translations[i]);
    print_out("reference    {}\n\n", equal ? "the same" : evaluation.references[i]);
  }
}

std::string summary(const Evaluation& evaluation) {
  return fmt::format("held-out: BLEU {:.1f}, exact match {:.1f} % of {}", evaluation.bleu.score,
                     evaluation.exact_match, evaluation.references.size());
}

//! [attention_picture]
std::string attention_picture(const TrainedModel& trained, Tape& tape, const std::string& source) {
  const auto most_tokens = static_cast<size_t>(trained.model.config().n_positions - 1);
  std::vector<TokenId> tokens = encode_line(trained, source);
  tokens.resize(std::min(tokens.size(), most_tokens));
  PackedSentences sentence;
  append_source(tokens, sentence);
  std::vector<TokenId> translation =
      beam_search(trained.model, tape, sentence, {.size = 1})[0].tokens;
  translation.resize(std::min(translation.size(), most_tokens));
  TranslationBatch batch;
  append_pair(tokens, translation, batch);

  // Run the whole translation once more, and listen to the last layer's queries and keys.
  const Index n_heads = trained.model.config().n_heads;
  const std::string last =
      fmt::format("decoder.layer_{}.cross_attention", trained.model.config().n_layers - 1);
  Variable queries, keys;
  tape.observe_with([&](std::string_view path, std::string_view name, Variable variable) {
    if (path == last && name == "q") queries = variable;
    if (path == last && name == "k") keys = variable;
  });
  tape.begin(Mode::inference);
  const Variable memory = trained.model.encode(tape, batch.source);
  trained.model.decode(batch.target_input, memory, batch.source.segments());
  tape.observe_with({});

  // Row i shows where the model looked when it wrote target word i.
  std::vector<Matrix> weights;
  std::vector<HeatMapPanel> panels;
  const Index d_k = queries.n_columns() / n_heads;
  for (Index h = 0; h < n_heads; ++h) {
    weights.push_back(zeros(queries.n_rows(), keys.n_rows()));
    attention_weights(queries.value().columns(h * d_k, (h + 1) * d_k),
                      keys.value().columns(h * d_k, (h + 1) * d_k), Mask::none,
                      view_of(weights.back()));
  }
  for (Index h = 0; h < n_heads; ++h) {
    panels.push_back({fmt::format("head {}", h + 1), view_of(weights[static_cast<size_t>(h)])});
  }
  return heat_maps(panels, {.title = "Where each word of the translation looks in the source",
                            .row_labels = labels_of(trained, batch.target_output),
                            .column_labels = labels_of(trained, batch.source.tokens),
                            .low = 0.0,
                            .high = 1.0,
                            .n_panels_per_row = 2});
}
//! [attention_picture]

}  // namespace transformer
