#include "chapters/08_translation/translate_lines.hpp"

#include <algorithm>

#include "chapters/06_decoder/translation_batch.hpp"
#include "chapters/08_translation/typed_line.hpp"
#include "src/data/characters.hpp"
#include "src/run/output.hpp"

namespace transformer {

namespace {

constexpr Index most_lines_at_once = 64;
/// What of a line is looked at. Text without end costs memory and time, and no model has positions
/// for it.
constexpr size_t most_bytes_of_line = size_t{1} << 20;

void say_what_is_unknown(const TrainedModel& trained, const std::vector<TypedLine>& read) {
  write_message(report_unknown(read));
  size_t n_words = 0, n_unknown = 0;
  for (const TypedLine& line : read) n_words += line.n_words, n_unknown += line.unknown.size();
  constexpr size_t one_in = 20;
  if (trained.tokenizer.splitting() == Splitting::pieces && n_unknown * one_in > n_words) {
    write_message(
        "this model reads text that was cut into pieces (wo@@ r@@ ds) by another program: cut "
        "yours "
        "in the same way\n");
  }
}

/// The tokens of every line, cut to what the model has positions for.
std::vector<TypedLine> read_lines_for(const Ensemble& ensemble, const NamedLines& named) {
  const auto most_tokens = static_cast<size_t>(ensemble.most_tokens());
  const TrainedModel& first = ensemble.first();
  std::vector<TypedLine> read;
  for (const std::string& line : named.lines) {
    const std::string place = fmt::format("{}:{}", named.name, named.first + std::ssize(read));
    const std::string_view beginning = first_characters(line, most_bytes_of_line);
    TypedLine& typed =
        read.emplace_back(read_typed_line(beginning, first.tokenizer, first.vocabulary));
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
    } else if (first.longest_source > 0 && n_tokens > first.longest_source) {
      warn("{}: {} tokens; the longest sentence of the training had {}", place, n_tokens,
           first.longest_source);
    }
  }
  if (!named.is_quiet) say_what_is_unknown(first, read);
  return read;
}

/// Translates some of the lines, in one batch.
void translate_batch(const Ensemble& ensemble, EnsembleTapes& tapes,
                     const std::vector<TypedLine>& read, std::span<const size_t> which,
                     const BeamConfig& beam, std::vector<std::vector<RankedLine>>& translated) {
  PackedSentences batch;
  for (const size_t i : which) append_source(read[i].ids, batch);
  EnsembleTranslations growing(ensemble.models(), tapes, batch, beam.size);
  auto all = beam_search_n_best(growing, tapes.threads(), beam);
  for (size_t k = 0; k < which.size(); ++k) {
    std::vector<RankedLine>& lines = translated[which[k]];
    lines.clear();
    for (RankedTranslation& each : all[k]) {
      std::string text = decode_line(ensemble.first(), each.tokens);
      const TypedLine& typed = read[which[k]];
      if (!ends_with_mark(text)) text += typed.end_mark;
      if (!begins_with_mark(text)) text.insert(0, typed.begin_mark);
      lines.push_back({std::move(text), std::move(each.tokens), each.score, each.log_probability});
    }
  }
}

}  // namespace

std::vector<std::vector<RankedLine>> translate_lines_n_best(const Ensemble& ensemble,
                                                            TranslationTapes& tapes,
                                                            const NamedLines& named,
                                                            const BeamConfig& beam) {
  const std::vector<TypedLine> read = read_lines_for(ensemble, named);

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
  tapes.each_batch(n_batches, [&](EnsembleTapes& some, Index i) {
    const auto begin = static_cast<size_t>(i * most_lines_at_once);
    const size_t n = std::min(order.size() - begin, static_cast<size_t>(most_lines_at_once));
    translate_batch(ensemble, some, read, std::span(order).subspan(begin, n), beam, translated);
  });
  return translated;
}

std::vector<std::string> translate_lines(const Ensemble& ensemble, TranslationTapes& tapes,
                                         const NamedLines& named, const BeamConfig& beam) {
  std::vector<std::string> best;
  for (auto& ranked : translate_lines_n_best(ensemble, tapes, named, beam)) {
    best.push_back(std::move(ranked.front().text));
  }
  return best;
}

}  // namespace transformer
