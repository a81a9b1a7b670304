#include "chapters/08_translation/typed_line.hpp"

#include <fmt/ranges.h>
#include <utf8.h>

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "src/data/lines.hpp"
#include "src/data/tokens.hpp"

namespace transformer {
namespace {

bool is_only_marks(std::string_view token) {
  for (auto position = token.begin(); position != token.end();) {
    if (!is_mark(static_cast<char32_t>(utf8::unchecked::next(position)))) return false;
  }
  return true;
}

/// Reads word by word; knows what stands at the end so far.
class Reader {
 public:
  Reader(const Tokenizer& tokenizer, const Vocabulary& vocabulary)
      : tokenizer_(tokenizer), vocabulary_(vocabulary) {}

  /// What white space separates.
  void read(std::string_view token) {
    begins_ = true;
    if (take(token)) return;
    const std::vector<std::string_view> parts = split_at_marks(without_joiners(token));
    // Marks before the word, the word, marks after it.
    auto begin = parts.begin(), end = parts.end();
    while (begin != end && is_only_marks(*begin)) take_or_leave_out(*begin++);
    while (begin != end && is_only_marks(*(end - 1))) --end;
    if (begin != end) read_core({begin, end});
    for (auto mark = end; mark != parts.end(); ++mark) take_or_leave_out(*mark);
  }

  /// Learned pieces are those of the line that is left; else each form is a token.
  TypedLine finish() && {
    if (is_learned(tokenizer_.splitting())) forms_ = tokenizer_.tokens_of(forms_);
    for (const std::string_view token : split(forms_)) line_.ids.push_back(vocabulary_.id(token));
    return std::move(line_);
  }

 private:
  bool has(std::string_view form) const {
    if (!is_learned(tokenizer_.splitting())) return vocabulary_.id(form) != Vocabulary::unknown;
    const std::string pieces = tokenizer_.tokens_of(form);
    return std::ranges::all_of(split(pieces), [&](std::string_view piece) {
      return vocabulary_.id(piece) != Vocabulary::unknown;
    });
  }

  /// Whether lower case is meant: few words in capitals were learned, and single letters say
  /// little.
  bool is_shouted(std::string_view token) const {
    if (!is_learned(tokenizer_.splitting()) || !is_in_capitals(token)) return false;
    const std::string lower = lower_case(token);
    const auto n_pieces = [&](std::string_view form) {
      const std::string pieces = tokenizer_.tokens_of(form);
      return split(pieces).size();
    };
    return has(lower) && n_pieces(lower) < n_pieces(token);
  }

  /// The form that the model has: as it stands, in lower case, or with a space beside it that
  /// training never saw there.
  std::optional<std::string> known_form(std::string_view token) const {
    if (is_shouted(token)) return lower_case(token);
    if (has(token)) return std::string(token);
    const std::string_view bare = without_joiners(token);
    for (std::string form :
         {lower_case(token), std::string(bare), lower_case(bare), fmt::format("{}{}", joiner, bare),
          fmt::format("{}{}", bare, joiner), without_zero_width_joiners(lower_case(token))}) {
      if (has(form)) return form;
    }
    return {};
  }

  void append(std::string_view form) {
    if (begins_ || !is_learned(tokenizer_.splitting())) forms_ += ' ';
    forms_ += form;
    begins_ = false;
    line_.end_mark.clear();
  }
  bool take(std::string_view token) {
    const std::optional<std::string> form = known_form(token);
    if (form) append(*form);
    return form.has_value();
  }

  void take_or_leave_out(std::string_view mark) {
    if (take(mark)) return;
    line_.left_out.emplace_back(mark);
    line_.end_mark += mark;
  }

  /// A word without marks around it: as one, in parts that are all known, or unknown.
  void read_core(std::span<const std::string_view> parts) {
    const std::string_view whole(parts.front().data(),
                                 parts.back().data() + parts.back().size() - parts.front().data());
    if (take(whole)) return;
    if (std::ranges::all_of(parts, [&](auto part) { return known_form(part).has_value(); })) {
      for (const std::string_view part : parts) take(part);
      return;
    }
    line_.unknown.emplace_back(whole);
    append(whole);
  }

  const Tokenizer& tokenizer_;
  const Vocabulary& vocabulary_;
  TypedLine line_;
  std::string forms_;    // what the model gets
  bool begins_ = false;  // white space stands before what comes next
};

/// A word as a message shows it.
std::string shortened(std::string_view text) {
  constexpr size_t most_bytes = 60;
  const std::string_view beginning = first_characters(text, most_bytes);
  return fmt::format("{}{}", beginning, beginning.size() < text.size() ? "..." : "");
}

/// Each text once, in the order of the first time; the last ones only as a number.
std::string listed(const std::vector<std::string>& texts) {
  constexpr size_t most = 20;
  std::unordered_set<std::string_view> different;
  std::vector<std::string> shown;
  for (const std::string& text : texts) {
    if (different.insert(text).second && shown.size() < most) shown.push_back(shortened(text));
  }
  const std::string more = shown.size() < different.size()
                               ? fmt::format(" and {} more", different.size() - shown.size())
                               : std::string();
  return fmt::format("{}{}", fmt::join(shown, ", "), more);
}

}  // namespace

TypedLine read_typed_line(std::string_view text, const Tokenizer& tokenizer,
                          const Vocabulary& vocabulary) {
  const std::string line = normalised(std::string(text));
  const std::string tokens = is_learned(tokenizer.splitting()) ? line : tokenizer.tokens_of(line);
  const std::vector<std::string_view> words = split(tokens);
  Reader reader(tokenizer, vocabulary);
  for (const std::string_view word : words) reader.read(word);
  TypedLine read = std::move(reader).finish();
  read.n_words = is_learned(tokenizer.splitting()) ? words.size() : read.ids.size();
  return read;
}

std::string report_unknown(const std::vector<TypedLine>& lines) {
  std::vector<std::string> unknown, left_out;
  size_t n_words = 0;
  for (const TypedLine& line : lines) {
    n_words += line.n_words;
    unknown.insert(unknown.end(), line.unknown.begin(), line.unknown.end());
    left_out.insert(left_out.end(), line.left_out.begin(), line.left_out.end());
  }
  std::string report;
  if (!unknown.empty()) {
    report +=
        fmt::format("unknown: {} ({} of {} words)\n", listed(unknown), unknown.size(), n_words);
  }
  if (!left_out.empty()) {
    report += fmt::format(
        "left out, since the vocabulary has no such mark: {}; put back where it ends a line whose "
        "translation ends with no mark\n",
        listed(left_out));
  }
  return report;
}

}  // namespace transformer
