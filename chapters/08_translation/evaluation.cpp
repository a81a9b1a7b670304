#include "chapters/08_translation/evaluation.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "chapters/08_translation/chrf.hpp"
#include "src/base/error.hpp"
#include "src/data/lines.hpp"
#include "src/data/tokens.hpp"
#include "src/run/output.hpp"

namespace transformer {
namespace {

/// Text that is tokenised already is compared as it stands.
BleuTokenizer bleu_tokenizer(Splitting splitting) {
  return splitting == Splitting::spaces || splitting == Splitting::pieces
             ? BleuTokenizer::none
             : BleuTokenizer::mteval_v13a;
}

}  // namespace

std::vector<std::string> comparable(std::vector<std::string> lines, const Tokenizer& tokenizer) {
  for (std::string& line : lines) {
    const std::string tokens = tokenizer.tokens_of(line);
    line = tokenizer.text_of(split(tokens));
  }
  return lines;
}

HeldOutText read_held_out(const ParallelFiles& files) {
  LineReader sources(files.source), references(files.target);
  HeldOutText text{.name = files.source.string(), .sources = {}, .references = {}};
  for (std::string source, reference; next_pair(sources, references, source, reference);) {
    text.sources.push_back(normalised(source));
    text.references.push_back(normalised(reference));
  }
  for (const LineReader* file : {&sources, &references}) {
    if (!file->had_byte_order_mark()) continue;
    warn("{}: the byte order mark at its beginning is dropped", file->name());
  }
  if (text.sources.empty()) {
    fail(ExitCode::bad_data, "{}: the file is empty; name one with sentences", text.name);
  }
  return text;
}

Evaluation evaluate(const Ensemble& ensemble, TranslationTapes& tapes, HeldOutText text,
                    const BeamConfig& beam) {
  const Tokenizer& tokenizer = ensemble.first().tokenizer;
  Evaluation result;
  result.translations =
      translate_lines(ensemble, tapes, {text.sources, text.name, 1, text.is_quiet}, beam);
  result.sources = std::move(text.sources);
  result.references = comparable(std::move(text.references), tokenizer);
  result.bleu = bleu(result.translations, result.references,
                     text.words.value_or(bleu_tokenizer(tokenizer.splitting())));
  result.exact_match = exact_match(result.translations, result.references);
  return result;
}

namespace {

/// The different words in the order in which they come first: `la la la`, which goes on for longer
/// after a longer source, says no more than `la`.
std::string without_repeats(const std::string& line) {
  std::set<std::string_view> seen;
  std::vector<std::string_view> words;
  for (const std::string_view word : split(line)) {
    if (seen.insert(word).second) words.push_back(word);
  }
  return with_spaces(words);
}

}  // namespace

std::string doubts(const Evaluation& evaluation) {
  std::set<std::string> different;
  for (const std::string& line : evaluation.translations) different.insert(without_repeats(line));
  const std::set<std::string> sources(evaluation.sources.begin(), evaluation.sources.end());
  constexpr size_t few = 5, enough = 20, many_alike = 10;
  const bool are_alike = sources.size() < enough ? sources.size() >= few && different.size() == 1
                                                 : different.size() * many_alike <= sources.size();
  if (are_alike) {
    return fmt::format(
        "only {} different translations (but for repeats) of {} different sentences: the model "
        "hardly looks at the "
        "source. Usual reasons: too few updates, a learning rate that is too high or a warm-up "
        "that "
        "is too long, or files whose lines do not belong together",
        different.size(), sources.size());
  }
  const auto n_lines = std::ssize(evaluation.references);
  Index n_half_blank = 0;
  for (size_t i = 0; i < evaluation.references.size(); ++i) {
    n_half_blank += split(evaluation.sources[i]).empty() || split(evaluation.references[i]).empty();
  }
  if (n_half_blank > 0) {
    return fmt::format(
        "{} of {} lines have no source or no reference, and count as they stand; leave them out",
        n_half_blank, n_lines);
  }
  if (evaluation.bleu.score == 0.0 && evaluation.exact_match > 0.0) {
    const bool has_no_spaces = evaluation.bleu.counts.reference_length < 2 * n_lines;
    return fmt::format(
        "BLEU counts runs of four words, and no sentence here has a right one: 0 "
        "although some translations are right to the letter{}",
        has_no_spaces ? "; text without spaces between its words has none at all: "
                        "look at chrF, which counts characters"
                      : "");
  }
  return {};
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
  return fmt::format("held-out: BLEU {:.1f} ({}), exact match {:.1f} % of {}",
                     evaluation.bleu.score, evaluation.bleu.signature(), evaluation.exact_match,
                     evaluation.references.size());
}

std::string details(const Evaluation& evaluation) {
  const BleuScore& bleu = evaluation.bleu;
  return fmt::format(
      "BLEU {:.3f}: precisions {:.1f}, brevity penalty {:.3f} ({} words, {} in the reference)\n"
      "chrF2 {:.1f} ({})",
      bleu.score, fmt::join(bleu.precisions, "/"), bleu.brevity_penalty,
      bleu.counts.hypothesis_length, bleu.counts.reference_length,
      chrf(evaluation.translations, evaluation.references), chrf_signature);
}

}  // namespace transformer
