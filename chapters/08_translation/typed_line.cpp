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

bool occurs_in(const Vocabulary& vocabulary, std::string_view text) {
  for (TokenId id = Vocabulary::n_special; id < vocabulary.size(); ++id) {
    if (vocabulary.token(id).find(text) != std::string_view::npos) return true;
  }
  return false;
}

/// Quotation marks that are written in several ways: where a vocabulary has never seen the first
/// but has the second, that is meant. Moses' tokenizer writes the longer ones.
std::string with_known_quotes(std::string line, const Vocabulary& vocabulary) {
  constexpr std::pair<std::string_view, std::string_view> ways[] = {{"\u2019", "'"},
                                                                    {"'", "\u2019"},
                                                                    {"\u2019", " &apos;"},
                                                                    {"'", " &apos;"},
                                                                    {"\"", " &quot; "}};
  for (const auto& [typed, known] : ways) {
    if (line.find(typed) == line.npos || occurs_in(vocabulary, typed)) continue;
    if (!occurs_in(vocabulary, split(known).front())) continue;
    for (size_t at = 0; (at = line.find(typed, at)) != line.npos; at += known.size()) {
      line.replace(at, typed.size(), known);
    }
  }
  return line;
}

/// Reads word by word; knows what stands at the end so far.
class Reader {
 public:
  /// In a line that is all in capitals they say nothing of a single word.
  Reader(const Tokenizer& tokenizer, const Vocabulary& vocabulary, bool is_shouted)
      : tokenizer_(tokenizer), vocabulary_(vocabulary), is_line_shouted_(is_shouted) {}

  /// What white space separates.
  void read(std::string_view token) {
    if (!line_.begin_mark.empty() && forms_.empty()) line_.begin_mark += ' ';
    begin_word();
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
    if (forms_.empty()) std::swap(line_.begin_mark, line_.end_mark);  // marks alone
    if (is_learned(tokenizer_.splitting())) forms_ = tokenizer_.tokens_of(forms_);
    for (const std::string_view token : split(forms_)) line_.ids.push_back(vocabulary_.id(token));
    // What opens the line stands there for what ends it, and not for what is gone from its middle.
    if (line_.end_mark.empty() || n_inside_ > 0) line_.begin_mark.clear();
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
    if (!is_line_shouted_ || !is_learned(tokenizer_.splitting())) return false;
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
          fmt::format("{}{}", bare, joiner), without_ignorable(lower_case(token))}) {
      if (has(form)) return form;
    }
    return {};
  }

  /// What comes next stands apart from what came before.
  void begin_word() { begins_ = true; }

  void append(std::string_view form) {
    if (begins_ || !is_learned(tokenizer_.splitting())) forms_ += ' ';
    forms_ += form;
    begins_ = false;
    n_inside_ += n_at_end_;
    n_at_end_ = 0;
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
    begin_word();
    if (forms_.empty()) {
      line_.begin_mark += mark;
    } else {
      line_.end_mark += mark;
      ++n_at_end_;
    }
  }

  /// A word without marks around it: as one, in parts of which all words are known, or unknown.
  void read_core(std::span<const std::string_view> parts) {
    const std::string_view whole(parts.front().data(),
                                 parts.back().data() + parts.back().size() - parts.front().data());
    if (take(whole)) return;
    const auto is_fine = [&](auto part) { return is_only_marks(part) || known_form(part); };
    if (parts.size() > 1 && std::ranges::all_of(parts, is_fine)) {
      for (const std::string_view part : parts) take_or_leave_out(part);
      return;
    }
    line_.unknown.emplace_back(whole);
    append(whole);
  }

  const Tokenizer& tokenizer_;
  const Vocabulary& vocabulary_;
  bool is_line_shouted_;
  TypedLine line_;
  std::string forms_;                   // what the model gets
  size_t n_inside_ = 0, n_at_end_ = 0;  // marks that were left out between words and after them
  bool begins_ = false;                 // white space stands before what comes next
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
  const std::string line = with_known_quotes(normalised(std::string(text)), vocabulary);
  const std::string tokens = is_learned(tokenizer.splitting()) ? line : tokenizer.tokens_of(line);
  const std::vector<std::string_view> words = split(tokens);
  Reader reader(tokenizer, vocabulary, is_in_capitals(line));
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
